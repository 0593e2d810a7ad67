import NetworkAddress

/// Where a `ctl` socket listens (Kamailio: modparam `binrpc`).
package enum CtlEndpoint: Sendable, Hashable {
    /// `unix:PATH`, `unixs:PATH`, or a bare path.
    case stream(path: String)
    /// `unixd:PATH`.
    case datagram(path: String)
    /// `tcp:HOST[:PORT]`.
    case tcp(host: String, port: UInt16)
    /// `udp:HOST[:PORT]`, or a bare host.
    case udp(host: String, port: UInt16)

    /// Kamailio's port.
    private static let usualPort: UInt16 = 2049

    /// Reads an address as Kamailio writes it; nil when it is none.
    package init?(_ text: String) {
        let colon = text.firstIndex(of: ":")
        let scheme = colon.map { String(text[..<$0]) } ?? ""
        let rest = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        switch scheme {
        case "unix" where !rest.isEmpty, "unixs" where !rest.isEmpty: self = .stream(path: rest)
        case "unixd" where !rest.isEmpty: self = .datagram(path: rest)
        case "tcp":
            guard let (host, port) = Self.hostAndPort(rest) else { return nil }
            self = .tcp(host: host, port: port)
        case "udp":
            guard let (host, port) = Self.hostAndPort(rest) else { return nil }
            self = .udp(host: host, port: port)
        case _ where text.hasPrefix("/"): self = .stream(path: text)
        default:
            guard let (host, port) = Self.hostAndPort(text) else { return nil }
            self = .udp(host: host, port: port)
        }
    }

    private static func hostAndPort(_ text: String) -> (String, UInt16)? {
        var host = text[...]
        var port = usualPort
        let closing = host.lastIndex(of: "]")
        if let colon = host.lastIndex(of: ":"), closing.map({ colon > $0 }) ?? (host.firstIndex(of: ":") == colon) {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else { return nil }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        if host == "*" { host = "0.0.0.0" }
        // Names are not resolved: an operator's socket listens where the configuration says, and nowhere else.
        if host == "localhost" { host = "127.0.0.1" }
        return IPAddress(String(host)) == nil ? nil : (String(host), port)
    }

    /// Whether somebody on another machine may reach it.
    package var isNetwork: Bool {
        switch self {
        case .stream, .datagram: false
        case .tcp, .udp: true
        }
    }

    /// The transport in Kamailio's words, for `ctl.listen`.
    var transport: String {
        switch self {
        case .stream: "unix_stream"
        case .datagram: "unix_dgram"
        case .tcp: "tcp"
        case .udp: "udp"
        }
    }

    /// The path or host, for `ctl.listen`.
    var name: String {
        switch self {
        case .stream(let path), .datagram(let path): path
        case .tcp(let host, _), .udp(let host, _): host
        }
    }

    /// The port, for `ctl.listen`; empty for a path.
    var portText: String {
        switch self {
        case .stream, .datagram: ""
        case .tcp(_, let port), .udp(_, let port): String(port)
        }
    }
}
