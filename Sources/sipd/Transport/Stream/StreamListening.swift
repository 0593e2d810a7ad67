import NIOCore
import NIOPosix

/// Accepts the connections of one listen socket and spreads them over the workers.
struct StreamListening: Sendable {
    let bound: BoundSocket
    let workers: [WorkerReference]
    let limits: TransportLimits
    let group: any EventLoopGroup

    func open() async throws -> any Channel {
        let socket = bound.socket
        let workers = workers
        guard let descriptor = bound.descriptors.first else { throw SystemCallError("listen", 0) }
        try descriptor.listen(backlog: limits.backlog)
        let copy = try descriptor.duplicated()
        let acceptor = workers[socket.index % workers.count]
        return try await ServerBootstrap(group: acceptor.loop, childGroup: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = workers.first(where: { $0.loop === channel.eventLoop }) else { return }
                    try StreamConnection.accept(channel, socket: socket, worker: worker.worker)
                }
            }
            .withBoundSocket(copy.rawValue).get()
    }
}
