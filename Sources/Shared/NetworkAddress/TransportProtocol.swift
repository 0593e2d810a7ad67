/// A transport that SIP runs over, with the numbers Kamailio gives them (Kamailio: `PROTO_UDP` and its like).
package enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable {
    case udp = 1
    case tcp = 2
    case tls = 3
    case sctp = 4
    case ws = 5
    case wss = 6

    /// Reads the name as configurations and URIs spell it, without regard to case.
    package init?(_ text: ArraySlice<UInt8>) {
        guard text.count <= 4 else { return nil }
        let lower = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        guard let found = TransportProtocol.allCases.first(where: { $0.name.utf8.elementsEqual(lower) }) else {
            return nil
        }
        self = found
    }

    /// Reads the name as configurations and URIs spell it, without regard to case.
    package init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8)[...])
    }

    /// The name in lower case, as in listen addresses and the `transport` parameter of a URI.
    package var name: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        case .sctp: "sctp"
        case .ws: "ws"
        case .wss: "wss"
        }
    }

    /// The name in upper case, as in Via.
    package var viaName: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        case .sctp: "SCTP"
        case .ws: "WS"
        case .wss: "WSS"
        }
    }

    /// Tells whether the transport delivers in order and without loss, so that nothing is sent again over it.
    package var isReliable: Bool { self != .udp }

    /// Tells whether the transport runs over connections, so that replies go back over the one the request came by.
    package var isStream: Bool { self != .udp && self != .sctp }

    /// Tells whether the transport is WebSocket, which clients open and never this server.
    package var isWebSocket: Bool { self == .ws || self == .wss }

    /// The transport of the socket it runs over: TCP for WebSocket, TLS for secure WebSocket.
    package var carrier: TransportProtocol {
        switch self {
        case .ws: .tcp
        case .wss: .tls
        case .udp, .tcp, .tls, .sctp: self
        }
    }

    /// Tells whether the transport is encrypted.
    package var isSecure: Bool { self == .tls || self == .wss }

    /// The port used when none is given (RFC 3261 §19.1.2, RFC 7118 §5.4 with the SIP ports, as Kamailio does).
    package var defaultPort: Port { isSecure ? .sips : .sip }
}

extension TransportProtocol: CustomStringConvertible {
    package var description: String { name }
}
