/// The name of a transport in a configuration.
package enum TransportName: String, Sendable, CaseIterable {
    case udp, tcp, tls, sctp, ws, wss
    /// `*`, every transport.
    case any = "*"
}

/// `[transport:]host[:port]`.
package struct SocketIdentifier: Sendable, Hashable {
    package var transport: TransportName?
    /// Addresses, host names or names of interfaces; more than one only for a list in parentheses.
    ///
    /// IPv6 addresses are without brackets.
    package var hosts: [String]
    package var port: Int32?
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

/// One socket of `listen = ...` or one block `socket = { ... }`.
package struct ListenDirective: Sendable {
    package var socket: SocketIdentifier
    /// The address to show in Via, Record-Route and Contact instead of the bound one.
    package var advertisedHost: String?
    package var advertisedPort: Int32?
    /// The name that `$fsn` and `force_send_socket` know the socket by.
    package var name: ScriptText?
    /// `workers` of a block; nil is the value of `children`.
    package var workers: Int32?
    /// `virtual` of a block: the address may be missing when the daemon starts.
    package var isVirtual: Bool
    /// `agname` of a block: group of workers.
    package var workerGroup: ScriptText?
    /// `vrf` of a block: virtual routing and forwarding device.
    package var routingDomain: ScriptText?
    package var range: SourceRange

    package init(
        socket: SocketIdentifier, advertisedHost: String? = nil, advertisedPort: Int32? = nil,
        name: ScriptText? = nil, workers: Int32? = nil, isVirtual: Bool = false, workerGroup: ScriptText? = nil,
        routingDomain: ScriptText? = nil, range: SourceRange
    ) {
        self.socket = socket
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
        self.name = name
        self.workers = workers
        self.isVirtual = isVirtual
        self.workerGroup = workerGroup
        self.routingDomain = routingDomain
        self.range = range
    }
}

/// One name of `alias = ...`, which `myself` then includes.
package struct AliasDirective: Sendable {
    package var socket: SocketIdentifier
    /// Written in quotes: such an alias has neither transport nor port, whatever the text looks like.
    package var isQuoted: Bool

    package init(socket: SocketIdentifier, isQuoted: Bool) {
        self.socket = socket
        self.isQuoted = isQuoted
    }

    package var range: SourceRange { socket.range }
}
