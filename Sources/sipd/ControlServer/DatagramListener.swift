import ControlProtocol
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Answers datagrams one after another: a Unix socket whose clients are bound to names, or UDP.
///
/// It has an event loop of its own for the bytes; what answers runs on Swift's shared executor.
final class DatagramListener: Sendable {
    // The largest datagram there is.
    private static let requestBytesMax = 65_536

    private struct Running {
        let group: MultiThreadedEventLoopGroup
        let task: Task<Void, Never>
        let file: SocketFile?
    }

    private typealias Connection = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

    private let access: SocketAccess
    private let logger: Logger
    private let service: @Sendable ([UInt8]) async -> [UInt8]
    private let running = Mutex<Running?>(nil)

    init(_ access: SocketAccess, logger: Logger, service: @escaping @Sendable ([UInt8]) async -> [UInt8]) {
        self.access = access
        self.logger = logger
        self.service = service
    }

    /// Listens at a path.
    func start(path: String) async throws(ControlServerError) {
        let file = try SocketFile(claiming: path)
        try await start(file: file, name: path) { bootstrap in
            try await bootstrap.bind(unixDomainSocketPath: file.temporaryPath) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        }
    }

    /// Listens at a UDP port.
    func start(host: String, port: UInt16) async throws(ControlServerError) {
        try await start(file: nil, name: "\(host):\(port)") { bootstrap in
            try await bootstrap.bind(host: host, port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        }
    }

    private func start(
        file: SocketFile?, name: String, _ bind: (DatagramBootstrap) async throws -> Connection
    ) async throws(ControlServerError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let connection: Connection
        do {
            let allocator = FixedSizeRecvByteBufferAllocator(capacity: Self.requestBytesMax)
            connection = try await bind(
                DatagramBootstrap(group: group).channelOption(.recvAllocator, value: allocator))
            try file?.publish(access)
        } catch {
            try? await group.shutdownGracefully()
            if let error = error as? ControlServerError { throw error }
            throw .system(operation: "listen at", path: name, errorNumber: (error as? IOError)?.errnoCode ?? 0)
        }
        let task = Task { await serve(connection) }
        running.withLock { $0 = Running(group: group, task: task, file: file) }
        logger.info("control socket is open", metadata: ["control.path": "\(name)", "control.transport": "ctl"])
    }

    /// Stops listening and removes the socket's file.
    func stop() async {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        running.file?.remove()
        running.task.cancel()
        await running.task.value
        try? await running.group.shutdownGracefully()
    }

    private func serve(_ connection: Connection) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                for try await envelope in inbound {
                    let answer = await service(Array(envelope.data.readableBytesView))
                    // A client that has gone, or that has no name, gets none.
                    try? await outbound.write(
                        AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer)))
                }
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("control socket failed", metadata: ["control.transport": "ctl", "error": "\(error)"])
        }
    }
}
