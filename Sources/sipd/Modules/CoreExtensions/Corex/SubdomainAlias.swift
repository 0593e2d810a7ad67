import NetworkAddress
import SIPMessage
import ScriptEngine

/// A domain whose subdomains name this server (`alias_subdomains`).
struct SubdomainAlias: Sendable {
    private let domain: ByteString
    private let port: UInt16
    private let transport: TransportProtocol?

    /// Reads `[transport:]domain[:port]`.
    init(_ text: ByteString) throws(ScriptError) {
        var rest = text
        var transport: TransportProtocol?
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), let named = TransportProtocol(rest.bytes[..<colon]) {
            transport = named
            rest = ByteString(rest.bytes[(colon + 1)...])
        }
        var port: UInt16 = 0
        if let colon = rest.lastIndex(of: UInt8(ascii: ":")) {
            guard let number = Port(rest.bytes[(colon + 1)...]) else {
                throw ScriptError("alias_subdomains '\(text.string)' has no valid port")
            }
            port = number.value
            rest = ByteString(rest.bytes[..<colon])
        }
        guard !rest.isEmpty else { throw ScriptError("alias_subdomains '\(text.string)' has no domain") }
        domain = rest.lowercased()
        self.port = port
        self.transport = transport
    }

    /// Whether a host is the domain or below it.
    func matches(_ host: ByteString, _ port: UInt16, _ transport: TransportProtocol?) -> Bool {
        let name = host.lowercased()
        guard name == domain || name.hasSuffix("." + domain) else { return false }
        guard port == 0 || self.port == 0 || port == self.port else { return false }
        return transport == nil || self.transport == nil || transport == self.transport
    }
}

/// The preference of a contact or branch (RFC 3261 §20.10).
enum Preference {
    /// A q value in thousandths, or nil when it is none.
    static func thousandths(_ text: ByteString) -> Int? {
        let parts = text.split(on: UInt8(ascii: "."))
        guard parts.count <= 2, let whole = parts[0].isEmpty ? 0 : parts[0].integerValue, (0...1).contains(whole) else {
            return nil
        }
        guard parts.count == 2 else { return whole * 1000 }
        let digits = parts[1].prefix(3)
        guard !digits.isEmpty, let fraction = digits.integerValue, fraction >= 0 else { return whole * 1000 }
        let scaled = digits.count == 1 ? fraction * 100 : digits.count == 2 ? fraction * 10 : fraction
        return whole * 1000 + scaled <= 1000 ? whole * 1000 + scaled : nil
    }
}
