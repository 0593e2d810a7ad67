import NetworkAddress
import SIPMessage

/// Reads the fields that legacy comparisons and `myself` look at.
enum LegacyField {
    /// The method of a request; of a reply, that of its CSeq.
    static func method(_ context: ScriptContext) -> ByteString? {
        context.message.method?.bytes
    }

    /// The Request-URI of a request as the script has changed it; the status of a reply.
    static func uriOrStatus(_ context: ScriptContext) -> ByteString? {
        if let status = context.message.status { return ByteString(integer: status) }
        return context.target.uri ?? context.message.requestURI
    }

    /// Kamailio's numbers of address families: `INET` and `INET6`.
    static func family(_ address: IPAddress) -> Int {
        address.isIPv4 ? 2 : 10
    }

    /// Whether a URI names this server.
    ///
    /// A missing port is the default one; the transport does not count.
    static func isLocal(_ text: ByteString, _ context: ScriptContext) -> Bool {
        guard let uri = try? SIPURI.parse(text) else { return false }
        let defaultPort: UInt16
        switch uri.scheme {
        case .sip: defaultPort = 5060
        case .sips: defaultPort = 5061
        case .tel, .urn, .other: return false
        }
        var host = uri.host
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
        return context.host.isLocal(host: host, port: uri.port ?? defaultPort, transport: nil)
    }
}
