import ControlProtocol
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// One accepted connection, as a protocol sees it.
struct StreamConnection: Sendable {
    /// What the client sends; ends when it closes its side.
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    /// Where answers go; writing suspends while the client does not read.
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    /// Who is at the other end.
    let caller: MethodCaller
    private let connections: ConnectionTable
    private let key: Int

    fileprivate init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        caller: MethodCaller, connections: ConnectionTable, key: Int
    ) {
        self.inbound = inbound
        self.outbound = outbound
        self.caller = caller
        self.connections = connections
        self.key = key
    }

    /// Notes what the connection does from now on, for those who have to make room.
    func note(_ activity: ConnectionTable.Activity) {
        connections.note(activity, for: key)
    }

    /// Sends bytes; suspends while the client does not read.
    func send(_ bytes: [UInt8]) async throws {
        note(.writing)
        try await outbound.write(ByteBuffer(bytes: bytes))
        note(.working)
    }
}

/// Accepts connections on a Unix stream socket and serves each by a protocol's own code.
///
/// It has an event loop of its own for the bytes; what serves a connection runs on Swift's shared executor.
final class StreamListener: Sendable {
    struct Configuration: Sendable {
        /// How many connections may be open; a further one replaces the one that is idle for longest.
        var connectionsMax: Int
        /// After how long a client that does not read its answer is disconnected.
        var stallMax: Duration
        /// Who may use the socket's file.
        var access: SocketAccess
        /// What a caller may do.
        var role: @Sendable (PeerCredentials) -> ControlRole
        /// What a caller from the network may do, whom nobody can tell from others.
        var networkRole = ControlRole.none
        /// The name of the protocol, for callers and the log.
        var transport: String
        /// What a client is told when all connections are busy.
        var refusal: [UInt8]
    }

    private struct Running {
        let group: MultiThreadedEventLoopGroup
        let listener: any Channel
        let task: Task<Void, Never>
        /// Nil when somebody else made the socket and will remove it.
        let file: SocketFile?
    }

    private enum State {
        case idle
        case starting
        case running(Running)
        case stopped
    }

    private let configuration: Configuration
    private let logger: Logger
    private let service: @Sendable (StreamConnection) async throws -> Void
    private let state = Mutex(State.idle)
    let connections: ConnectionTable

    init(
        _ configuration: Configuration, logger: Logger,
        service: @escaping @Sendable (StreamConnection) async throws -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.service = service
        connections = ConnectionTable(connectionsMax: configuration.connectionsMax)
    }

    /// Listens at a path; returns when clients can connect.
    func start(path: String) async throws(ControlServerError) {
        try await start(path: path) { (group) async throws(ControlServerError) in
            try await self.listen(try SocketFile(claiming: path), on: group)
        }
    }

    /// Listens at a TCP port; callers have the role that the configuration gives to the network.
    func start(host: String, port: UInt16) async throws(ControlServerError) {
        let name = "\(host):\(port)"
        try await start(path: name) { (group) async throws(ControlServerError) in
            let listener: NIOAsyncChannel<any Channel, Never>
            do {
                listener = try await self.bootstrap(on: group)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: host, port: Int(port)) { channel in channel.eventLoop.makeSucceededFuture(channel) }
            } catch {
                throw .system(operation: "listen at", path: name, errorNumber: (error as? IOError)?.errnoCode ?? 0)
            }
            return Running(
                group: group, listener: listener.channel, task: Task { await self.serve(listener) }, file: nil)
        }
    }

    /// Serves a socket that listens already: systemd made it.
    func start(adopting descriptor: Int32, path: String) async throws(ControlServerError) {
        try await start(path: path) { (group) async throws(ControlServerError) in
            let listener: NIOAsyncChannel<any Channel, Never>
            do {
                listener = try await self.bootstrap(on: group).bind(descriptor) { channel in
                    channel.eventLoop.makeSucceededFuture(channel)
                }
            } catch {
                throw .system(operation: "take over", path: path, errorNumber: (error as? IOError)?.errnoCode ?? 0)
            }
            return Running(
                group: group, listener: listener.channel, task: Task { await self.serve(listener) }, file: nil)
        }
    }

    private func start(
        path: String, _ open: (MultiThreadedEventLoopGroup) async throws(ControlServerError) -> Running
    ) async throws(ControlServerError) {
        try state.withLock { state throws(ControlServerError) in
            guard case .idle = state else { throw .notIdle }
            state = .starting
        }
        do throws(ControlServerError) {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            do throws(ControlServerError) {
                let running = try await open(group)
                state.withLock { $0 = .running(running) }
            } catch {
                try? await group.shutdownGracefully()
                throw error
            }
        } catch {
            state.withLock { $0 = .idle }
            throw error
        }
        logger.info(
            "control socket is open",
            metadata: ["control.path": "\(path)", "control.transport": "\(configuration.transport)"])
    }

    /// Stops listening, closes all connections, cancels and awaits what runs, and removes the socket's file.
    func stop() async {
        let running: Running? = state.withLock { state in
            defer { state = .stopped }
            guard case .running(let running) = state else { return nil }
            return running
        }
        guard let running else { return }
        running.file?.remove()
        running.listener.close(promise: nil)
        running.task.cancel()
        await running.task.value
        try? await running.group.shutdownGracefully()
    }

    // MARK: Listening

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func listen(
        _ file: SocketFile, on group: MultiThreadedEventLoopGroup
    ) async throws(ControlServerError) -> Running {
        let listener: NIOAsyncChannel<any Channel, Never>
        do {
            listener = try await bind(to: file.temporaryPath, on: group)
        } catch let error as IOError {
            throw .system(operation: "listen at", path: file.path, errorNumber: error.errnoCode)
        } catch {
            throw .system(operation: "listen at", path: file.path, errorNumber: 0)
        }
        let task = Task { await serve(listener) }
        do throws(ControlServerError) {
            try file.publish(configuration.access)
        } catch {
            file.remove(temporaryOnly: true)
            task.cancel()
            await task.value
            throw error
        }
        return Running(group: group, listener: listener.channel, task: task, file: file)
    }

    private func bind(
        to path: String, on group: MultiThreadedEventLoopGroup
    ) async throws -> NIOAsyncChannel<any Channel, Never> {
        try await bootstrap(on: group).bind(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeSucceededFuture(channel)
        }
    }

    private func bootstrap(on group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
        let logger = logger
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptErrorHandler(logger: logger))
                }
            }
            // A client that shuts its sending side (`printf … | nc -N -U`) still wants its answers.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Whoever is accepted while the server stops is never wrapped; nothing may be read for it before.
            .childChannelOption(.autoRead, value: false)
    }

    private func serve(_ listener: NIOAsyncChannel<any Channel, Never>) async {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await self.closeStalled() }
                try await listener.executeThenClose { inbound in
                    for try await channel in inbound {
                        group.addTask { await self.serve(channel) }
                    }
                }
                group.cancelAll()
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "control socket failed",
                metadata: ["control.transport": "\(configuration.transport)", "error": "\(error)"])
        }
    }

    private func closeStalled() async throws {
        let clock = ContinuousClock()
        while true {
            try await clock.sleep(for: configuration.stallMax / 12)
            let count = connections.closeStalled(longerThan: configuration.stallMax, at: clock.now)
            if count > 0 {
                logger.warning("control clients that do not read were closed", metadata: ["control.count": "\(count)"])
            }
        }
    }

    // MARK: Connections

    private func wrap(_ channel: any Channel) async throws -> Connection {
        try await channel.eventLoop.submit {
            // A channel that closed meanwhile has no pipeline any more, and wrapping would leave half a connection.
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let connection = try Connection(
                wrappingChannelSynchronously: channel,
                configuration: .init(
                    backPressureStrategy: .init(lowWatermark: 1, highWatermark: 4), isOutboundHalfClosureEnabled: true))
            try? channel.syncOptions?.setOption(.autoRead, value: true)
            return connection
        }.get()
    }

    private func serve(_ channel: any Channel) async {
        let key = connections.add(channel, at: .now)
        defer { if let key { connections.remove(key) } }
        do {
            try await wrap(channel).executeThenClose { inbound, outbound in
                guard let key else { return try await outbound.write(ByteBuffer(bytes: configuration.refusal)) }
                let caller = try await caller(at: channel)
                try await service(
                    StreamConnection(inbound, outbound, caller: caller, connections: connections, key: key))
            }
        } catch {
            // A client that goes away in the middle is its own affair.
            logger.debug(
                "control connection ended early",
                metadata: ["control.transport": "\(configuration.transport)", "error": "\(error)"])
        }
    }

    private func caller(at channel: any Channel) async throws -> MethodCaller {
        guard channel.localAddress?.pathname != nil else {
            return MethodCaller(transport: configuration.transport, role: configuration.networkRole)
        }
        let peer = try await PeerCredentials(of: channel)
        return MethodCaller(
            transport: configuration.transport, userID: peer.userID, groupID: peer.groupID, processID: peer.processID,
            role: configuration.role(peer))
    }
}
