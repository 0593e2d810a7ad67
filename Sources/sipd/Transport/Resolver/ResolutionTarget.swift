package import NetworkAddress
package import SIPMessage

/// What is to be resolved: the parts of a URI that lead to a destination (RFC 3263 §4).
package struct ResolutionTarget: Hashable, Sendable {
    /// The host of a URI.
    package enum Host: Hashable, Sendable {
        case address(IPAddress)
        case name(DNSName)
    }

    /// The host.
    package var host: Host
    /// The port, if the URI has one.
    package var port: Port?
    /// The transport, if the URI has one.
    package var transport: TransportProtocol?
    /// Whether only secure transports will do: a SIPS URI.
    package var isSecure: Bool

    /// Creates a target.
    package init(host: Host, port: Port? = nil, transport: TransportProtocol? = nil, isSecure: Bool = false) {
        self.host = host
        self.port = port == Port(0) ? nil : port
        self.transport = isSecure ? ResolutionTarget.secured(transport) : transport
        self.isSecure = isSecure
    }

    /// Creates a target from text; nil when the host is neither an address nor a name.
    package init?(
        host: ByteString, port: Port? = nil, transport: TransportProtocol? = nil, isSecure: Bool = false
    ) {
        if let address = IPAddress(host.bytes) {
            self.init(host: .address(address), port: port, transport: transport, isSecure: isSecure)
        } else if let name = DNSName(host.string) {
            self.init(host: .name(name), port: port, transport: transport, isSecure: isSecure)
        } else {
            return nil
        }
    }

    /// Creates a target from a SIP or SIPS URI; nil for others, and when the transport is unknown.
    package init?(_ uri: SIPURI) {
        guard uri.scheme == .sip || uri.scheme == .sips else { return nil }
        var transport: TransportProtocol?
        if case .value(let name) = uri.parameter(named: "transport") {
            guard let known = TransportProtocol(name.bytes) else { return nil }
            transport = known
        }
        self.init(
            host: uri.host, port: uri.port.map { Port($0) }, transport: transport, isSecure: uri.scheme == .sips)
    }

    /// The secure form of a transport; a SIPS URI without one means TLS (Kamailio: `get_proto()`).
    private static func secured(_ transport: TransportProtocol?) -> TransportProtocol {
        switch transport {
        case .ws, .wss: .wss
        case .udp, .tcp, .tls, .sctp, nil: .tls
        }
    }
}
