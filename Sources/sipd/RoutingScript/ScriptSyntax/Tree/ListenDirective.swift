/// One socket of `listen = ...` or one block `socket = { ... }`.
package struct ListenDirective: Sendable {
    /// The address to bind.
    package var socket: SocketIdentifier
    /// The address to show in Via, Record-Route and Contact instead of the bound one.
    package var advertisedHost: String?
    /// The port to show; nil for the bound one.
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
    /// The whole directive, also when it names several sockets.
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
