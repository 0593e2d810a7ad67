/// The name of a transport in a configuration.
package enum TransportName: String, Sendable, CaseIterable {
    case udp, tcp, tls, sctp, ws, wss
    /// `*`, every transport.
    case any = "*"
}

/// `[transport:]host[:port]`.
package struct SocketIdentifier: Sendable, Hashable {
    /// The transport; nil for all that the place allows.
    package var transport: TransportName?
    /// Addresses, host names or names of interfaces; more than one only for a list in parentheses.
    ///
    /// IPv6 addresses are without brackets.
    package var hosts: [String]
    /// The port; nil for the default one.
    package var port: Int32?
    /// The text from transport to port.
    package var range: SourceRange

    package init(transport: TransportName?, hosts: [String], port: Int32?, range: SourceRange) {
        self.transport = transport
        self.hosts = hosts
        self.port = port
        self.range = range
    }

    /// The first host, which is the only one except for multi-homed SCTP.
    package var host: String { hosts.first ?? "" }
}
