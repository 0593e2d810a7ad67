package import ControlProtocol
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Serves the native control socket: JSON-RPC 2.0 on a Unix stream socket, one document a line.
///
/// It has an event loop of its own for the bytes, and runs methods on Swift's shared executor, never on a SIP loop.
/// Each connection is served in order; a listing is pulled from its source only as fast as the client reads.
///
///     let server = ControlServer(registry: registry, logger: logger)
///     try await server.start(path: "/run/sipd/control.sock")
///     …
///     await server.stop()
package final class ControlServer: Sendable {
    /// The bounds and the access of the socket.
    package struct Configuration: Sendable {
        /// How long a request may be.
        package var requestBytesMax = 16 << 20
        /// How many connections may be open; a further one replaces the one that is idle for longest.
        package var connectionsMax = 256
        /// After how long a client that does not read its answer is disconnected.
        package var stallMax: Duration = .seconds(60)
        /// The mode of the socket's file.
        package var mode: UInt32 = 0o660
        /// The group of the socket's file; nil leaves it to the operating system.
        package var groupID: UInt32?
        /// What a caller may do.
        package var role: @Sendable (PeerCredentials) -> ControlRole = { $0.roleByFileMode() }

        /// The defaults.
        package init() {}
    }

    private struct Running {
        let group: MultiThreadedEventLoopGroup
        let listener: any Channel
        let task: Task<Void, Never>
    }

    private enum State {
        case idle
        case starting
        case running(Running, SocketFile)
        case stopped
    }

    private let registry: MethodRegistry
    private let logger: Logger
    private let configuration: Configuration
    private let state = Mutex(State.idle)

    /// Makes a server that is not yet listening.
    package init(registry: MethodRegistry, logger: Logger, configuration: Configuration = Configuration()) {
        self.registry = registry
        self.logger = logger
        self.configuration = configuration
    }

    /// Listens at a path; returns when clients can connect.
    ///
    /// - Throws: why not; the path is untouched then.
    package func start(path: String) async throws(ControlServerError) {
        try state.withLock { state throws(ControlServerError) in
            guard case .idle = state else { throw .notIdle }
            state = .starting
        }
        do throws(ControlServerError) {
            let file = try SocketFile(claiming: path)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            do throws(ControlServerError) {
                let running = try await listen(file, on: group)
                state.withLock { $0 = .running(running, file) }
            } catch {
                try? await group.shutdownGracefully()
                throw error
            }
        } catch {
            state.withLock { $0 = .idle }
            throw error
        }
        logger.info("control socket is open", metadata: ["control.path": "\(path)"])
    }

    /// Stops listening, closes all connections, and removes the socket's file.
    ///
    /// Methods that run are cancelled and awaited. Does nothing when the server does not run.
    package func stop() async {
        let running: Running? = state.withLock { state in
            defer { state = .stopped }
            guard case .running(let running, let file) = state else { return nil }
            file.remove()
            return running
        }
        guard let running else { return }
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
            try file.publish(mode: configuration.mode, group: configuration.groupID)
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        return Running(group: group, listener: listener.channel, task: task)
    }

    private func bind(
        to path: String, on group: MultiThreadedEventLoopGroup
    ) async throws -> NIOAsyncChannel<any Channel, Never> {
        let logger = logger
        return try await ServerBootstrap(group: group)
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
            .bind(unixDomainSocketPath: path) { channel in channel.eventLoop.makeSucceededFuture(channel) }
    }

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

    private func serve(_ listener: NIOAsyncChannel<any Channel, Never>) async {
        let connections = ConnectionTable(connectionsMax: configuration.connectionsMax)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await self.closeStalled(connections) }
                try await listener.executeThenClose { inbound in
                    for try await channel in inbound {
                        group.addTask { await self.serve(channel, connections) }
                    }
                }
                group.cancelAll()
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("control socket failed", metadata: ["error": "\(error)"])
        }
    }

    private func closeStalled(_ connections: ConnectionTable) async throws {
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

    private func serve(_ channel: any Channel, _ connections: ConnectionTable) async {
        let key = connections.add(channel, at: .now)
        defer { if let key { connections.remove(key) } }
        do {
            try await wrap(channel).executeThenClose { inbound, outbound in
                guard let key else { return try await refuse(outbound) }
                let peer = try await PeerCredentials(of: channel)
                let caller = MethodCaller(
                    transport: "control", userID: peer.userID, groupID: peer.groupID, processID: peer.processID,
                    role: configuration.role(peer))
                try await ControlConnection(
                    registry: registry, caller: caller, audit: AuditLog(logger: logger),
                    requestBytesMax: configuration.requestBytesMax, connections: connections, key: key
                ).serve(inbound, outbound)
            }
        } catch {
            // A client that goes away in the middle is its own affair.
            logger.debug("control connection ended early", metadata: ["error": "\(error)"])
        }
    }

    private func refuse(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        let fault = MethodFault(
            MethodFault.Code.busy, "\(configuration.connectionsMax) connections are busy", kind: "busy",
            hint: "try again later")
        var bytes: [UInt8] = []
        JSONRPCResponse(id: .null, outcome: .failure(fault)).write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try await outbound.write(ByteBuffer(bytes: bytes))
    }
}
