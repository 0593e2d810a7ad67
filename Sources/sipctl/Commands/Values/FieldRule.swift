import CommandLineInterface
import NetworkAddress

/// What a column's text has to be beyond what its type says, and the form in which it is stored.
struct FieldRule: Sendable {
    /// Returns the text to store, or refuses the value with the field's name, the rule and how to put it right.
    let canonical: @Sendable (_ field: String, _ text: String) throws(CommandFailure) -> String

    init(_ canonical: @escaping @Sendable (_ field: String, _ text: String) throws(CommandFailure) -> String) {
        self.canonical = canonical
    }

    // MARK: Names

    /// The user part of a SIP URI.
    static let username = FieldRule { _, text throws(CommandFailure) in try AddressOfRecord.username(text) }

    /// A host name or address, stored in lower case.
    static let domain = FieldRule { _, text throws(CommandFailure) in try AddressOfRecord.domain(text) }

    /// As `domain`, or nothing.
    static let optionalDomain = FieldRule { _, text throws(CommandFailure) in
        text.isEmpty ? text : try AddressOfRecord.domain(text)
    }

    /// Anything but nothing.
    static let filled = FieldRule { field, text throws(CommandFailure) in
        guard !text.isEmpty else { throw ValueRefusal.failure(field, text, "is empty") }
        return text
    }

    /// A name of letters, digits and a few signs, as groups and attributes have.
    static let word = FieldRule { field, text throws(CommandFailure) in
        guard !text.isEmpty else { throw ValueRefusal.failure(field, text, "is empty") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw ValueRefusal.failure(field, text, "contains a blank", fix: "a name is one word")
        }
        return text
    }

    /// The digits and signs a telephone number or its beginning may have.
    static let prefix = FieldRule { field, text throws(CommandFailure) in
        let allowed = "0123456789+*#abcdefABCDEF_-.".utf8
        guard !text.isEmpty, text.utf8.allSatisfy({ allowed.contains($0) }) else {
            throw ValueRefusal.failure(field, text, "is not a prefix", fix: "digits, '+', '*', '#'; as in 4930")
        }
        return text
    }

    // MARK: Addresses

    /// A SIP URI.
    static let sipURI = FieldRule { field, text throws(CommandFailure) in try SIPAddress.check(field, text) }

    /// A SIP URI, or nothing.
    static let optionalURI = FieldRule { field, text throws(CommandFailure) in
        text.isEmpty ? text : try SIPAddress.check(field, text)
    }

    /// A SIP URI, or a telephone number as `tel:` URI.
    static let anyURI = FieldRule { field, text throws(CommandFailure) in
        if text.hasPrefix("tel:"), text.utf8.count > 4 { return text }
        return try SIPAddress.check(field, text)
    }

    /// An address or host name, stored in its canonical form.
    static let host = FieldRule { field, text throws(CommandFailure) in
        if let address = IPAddress(text) { return address.description }
        guard HostName.isIntended(text) else {
            throw ValueRefusal.failure(field, text, "is neither an IP address nor a host name")
        }
        try HostName.check(text, field: field)
        return text.lowercased()
    }

    /// An address, a host name, or nothing.
    static let optionalHost = FieldRule { field, text throws(CommandFailure) in
        text.isEmpty ? text : try host.canonical(field, text)
    }

    /// The source of a trusted peer: an address, or `any`.
    static let trustedSource = FieldRule { field, text throws(CommandFailure) in
        text.lowercased() == "any" ? "any" : try host.canonical(field, text)
    }

    /// The address of a media relay: `udp:host:port`.
    static let mediaRelay = FieldRule { field, text throws(CommandFailure) in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let schemes = ["udp", "udp6", "tcp", "tcp6", "ws", "wss", "unix"]
        guard parts.count == 2, schemes.contains(String(parts[0])), !parts[1].isEmpty else {
            throw ValueRefusal.failure(field, text, "is not a media relay's address", fix: "as in udp:127.0.0.1:2223")
        }
        return text
    }

    // MARK: Numbers and choices

    /// A whole number in a range.
    static func number(_ range: ClosedRange<Int64>, _ fix: String? = nil) -> FieldRule {
        FieldRule { field, text throws(CommandFailure) in
            guard let number = Int64(text), text.first != "+", range.contains(number) else {
                throw ValueRefusal.failure(
                    field, text, "is not a whole number from \(range.lowerBound) to \(range.upperBound)", fix: fix)
            }
            return String(number)
        }
    }

    /// One of some words, or the number that is stored for it.
    static func choice(_ words: [(String, String)]) -> FieldRule {
        FieldRule { field, text throws(CommandFailure) in
            for (word, stored) in words where text.lowercased() == word || text == stored { return stored }
            throw ValueRefusal.failure(
                field, text, "is not known", fix: "choose one of \(words.map(\.0).joined(separator: ", "))")
        }
    }

    /// The preference of a contact.
    static let preference = FieldRule { field, text throws(CommandFailure) in
        guard let number = Double(text), number == -1 || (0...1).contains(number) else {
            throw ValueRefusal.failure(field, text, "is not a preference", fix: "a number from 0 to 1, as in 0.5")
        }
        return text
    }

    /// A regular expression, as far as brackets and parentheses show whether it is one.
    static let expression = FieldRule { field, text throws(CommandFailure) in
        var depth = 0
        var isEscaped = false
        var isInSet = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if isInSet {
                isInSet = character != "]"
            } else if character == "[" {
                isInSet = true
            } else if character == "(" {
                depth += 1
            } else if character == ")" {
                depth -= 1
                if depth < 0 { break }
            }
        }
        guard depth == 0, !isInSet, !isEscaped else {
            throw ValueRefusal.failure(field, text, "is not a regular expression: something is not closed")
        }
        return text
    }
}

/// The syntax of SIP URIs as far as a table needs it (RFC 3261 §25.1).
enum SIPAddress {
    /// Returns the URI with scheme and host in lower case.
    static func check(_ field: String, _ text: String) throws(CommandFailure) -> String {
        guard let colon = text.firstIndex(of: ":"), ["sip", "sips"].contains(text[..<colon].lowercased()) else {
            throw ValueRefusal.failure(field, text, "is not a SIP URI", fix: "it begins with sip: or sips:")
        }
        var rest = text[text.index(after: colon)...]
        var user = ""
        if let at = rest.lastIndex(of: "@") {
            let name = String(rest[..<at])
            _ = try AddressOfRecord.username(String(name.split(separator: ":").first ?? ""))
            user = name + "@"
            rest = rest[rest.index(after: at)...]
        }
        let end = rest.firstIndex { $0 == ";" || $0 == "?" || $0 == ">" || $0 == " " } ?? rest.endIndex
        let tail = rest[end...]
        guard !tail.contains(" "), !tail.contains(">") else {
            throw ValueRefusal.failure(field, text, "contains a blank or '>'")
        }
        let host = try host(field, text, rest[..<end])
        return text[..<colon].lowercased() + ":" + user + host + tail
    }

    private static func host(_ field: String, _ text: String, _ place: Substring) throws(CommandFailure) -> String {
        var host = place
        var port: Substring?
        if place.hasPrefix("[") {
            guard let close = place.firstIndex(of: "]") else {
                throw ValueRefusal.failure(field, text, "has a '[' without ']'")
            }
            host = place[...close]
            let behind = place[place.index(after: close)...]
            if !behind.isEmpty {
                guard behind.first == ":" else { throw ValueRefusal.failure(field, text, "has text behind ']'") }
                port = behind.dropFirst()
            }
        } else if let colon = place.firstIndex(of: ":") {
            host = place[..<colon]
            port = place[place.index(after: colon)...]
        }
        if let port, Port(port) == nil {
            throw ValueRefusal.failure(field, text, "has the port '\(port)'", fix: "ports go from 1 to 65535")
        }
        guard !host.isEmpty else { throw ValueRefusal.failure(field, text, "has no host") }
        return try AddressOfRecord.domain(String(host)) + (port.map { ":\($0)" } ?? "")
    }
}
