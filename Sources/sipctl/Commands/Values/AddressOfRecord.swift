import CommandLineInterface
import Database
import NetworkAddress

/// A user at a domain whose syntax was checked, as the tables hold it.
struct AddressOfRecord: Equatable, CustomStringConvertible {
    let username: String
    /// Lower-case.
    let domain: String

    var description: String { "\(username)@\(domain)" }

    /// Reads `user@domain`, `sip:user@domain`, or `user` when a default domain is known.
    init(_ text: String, _ invocation: Invocation) throws(CommandFailure) {
        var text = text[...]
        for scheme in ["sip:", "sips:"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        guard let at = text.lastIndex(of: "@") else {
            guard let domain = invocation.value(of: Settings.domainOption) else {
                throw CommandFailure(
                    .usage, "user '\(text)' has no domain",
                    hint: "write \(text)@DOMAIN, or give the domain by --domain or SIP_DOMAIN")
            }
            username = try Self.username(String(text))
            self.domain = try Self.domain(domain)
            return
        }
        username = try Self.username(String(text[..<at]))
        domain = try Self.domain(String(text[text.index(after: at)...]))
    }

    // MARK: User

    /// Checks the `user` part of a SIP URI (RFC 3261 §25.1).
    static func username(_ text: String) throws(CommandFailure) -> String {
        guard !text.isEmpty else {
            throw ValueRefusal.failure("user name", text, "is empty", fix: "write user@domain")
        }
        try checkLength("user name", text)
        var rest = Substring(text).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "%" {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(\.properties.isASCIIHexDigit) else {
                    throw ValueRefusal.failure(
                        "user name", text, "has a '%' without two hexadecimal digits",
                        fix: "a '%' itself is written %25")
                }
                rest = rest.dropFirst(2)
            } else if !isUserCharacter(scalar) {
                throw ValueRefusal.failure(
                    "user name", text, "contains \(named(scalar)), which a SIP user name cannot",
                    fix: "allowed are letters, digits, - _ . ! ~ * ' ( ) & = + $ , ; ? / and \(escaped(scalar)) for it")
            }
        }
        return text
    }

    private static func isUserCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "-_.!~*'()&=+$,;?/".unicodeScalars.contains(scalar)
        }
    }

    private static func named(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x20: "a blank"
        case 0..<0x20, 0x7F: "a control character"
        default: "'\(scalar)'"
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    // MARK: Domain

    /// Checks a host name or address and returns it in lower case (RFC 3261 §25.1).
    static func domain(_ text: String) throws(CommandFailure) -> String {
        guard !text.isEmpty else {
            throw ValueRefusal.failure("domain", text, "is empty", fix: "write user@domain")
        }
        try checkLength("domain", text)
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        if IPAddress(bare) != nil { return text.lowercased() }
        try HostName.check(text, field: "domain")
        return text.lowercased()
    }

    private static func checkLength(_ field: String, _ text: String) throws(CommandFailure) {
        guard text.unicodeScalars.count > SubscriberTable.textLengthMax else { return }
        throw ValueRefusal.failure(
            field, text, "is longer than the \(SubscriberTable.textLengthMax) characters the table holds")
    }
}
