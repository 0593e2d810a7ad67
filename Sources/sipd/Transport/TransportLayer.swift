package import Logging
package import NIOCore
import NIOPosix
package import NetworkAddress
package import SIPMessage
import Synchronization

/// The network side of the daemon: sockets, connections and the event loops that serve them.
///
/// There are as many workers as event loops. Each message is processed on the worker that owns its Call-ID, wherever
/// it was read, so that all messages of a call meet on one loop and its transactions need no lock. What arrives is
/// handed over in batches, what is sent leaves in batches; both cost one hop or system call for many messages.
///
/// Order of use: ``listen(_:)`` binds, ``start(receiver:)`` begins to read, ``stop()`` ends everything.
package final class TransportLayer: Sendable {
    private enum State {
        case idle([BoundSocket])
        case running([any Channel], [SocketDescriptor])
        case stopped
    }

    private let core: TransportCore
    private let group: MultiThreadedEventLoopGroup
    private let workers: [WorkerReference]
    private let state = Mutex(State.idle([]))
    private let listenSockets = Mutex<[ListenSocket]>([])

    /// Starts the threads; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - workerCount: The number of event loops, at least 1.
    ///   - limits: Bounds and times.
    ///   - security: What makes connections secure, for each secure transport that is to be supported.
    ///   - logger: Takes what operators are to know.
    package init(
        workers workerCount: Int, limits: TransportLimits = TransportLimits(),
        security: [TransportProtocol: any StreamSecurity] = [:], logger: Logger
    ) {
        let count = max(1, workerCount)
        let core = TransportCore(workerCount: count, limits: limits, security: security, logger: logger)
        self.core = core
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        workers = group.makeIterator().enumerated().map { index, loop in
            WorkerReference(Worker(index: index, loop: loop, core: core), loop: loop)
        }
    }

    /// Supports a secure transport; to be called before its sockets are opened.
    package func secure(_ transport: TransportProtocol, with security: any StreamSecurity) {
        core.secure(transport, with: security)
    }

    // MARK: Listening

    /// Binds sockets in the order of the requests; none stays open if one fails.
    ///
    /// - Throws: the first request that fails, and why.
    package func listen(_ requests: [ListenRequest]) async throws(TransportError) {
        var bound: [BoundSocket] = []
        do throws(TransportError) {
            let first = try beginListening()
            for request in requests {
                guard
                    request.transport == .udp || request.transport == .tcp
                        || core.security(of: request.transport) != nil
                else { throw TransportError(.unsupportedTransport, request: request) }
                bound.append(
                    try BoundSocket(
                        request, index: first + bound.count, workerCount: workers.count, limits: core.limits))
            }
            try finishListening(bound)
        } catch {
            for socket in bound { socket.close() }
            throw error
        }
    }

    private func beginListening() throws(TransportError) -> Int {
        let count: Int? = state.withLock { if case .idle(let bound) = $0 { bound.count } else { nil } }
        guard let count else { throw TransportError(.wrongState, request: nil) }
        return count
    }

    private func finishListening(_ bound: [BoundSocket]) throws(TransportError) {
        let isIdle = state.withLock { state in
            guard case .idle(let before) = state else { return false }
            state = .idle(before + bound)
            return true
        }
        guard isIdle else { throw TransportError(.wrongState, request: nil) }
        listenSockets.withLock { $0 += bound.map(\.socket) }
    }

    /// Begins to read and to accept.
    ///
    /// - Parameter receiver: Takes what arrives, on the event loops.
    /// - Throws: when called twice or after the end, or when the system has no resources left.
    package func start(receiver: any TransportReceiver) async throws(TransportError) {
        let bound: [BoundSocket]? = state.withLock { state in
            guard case .idle(let bound) = state else { return nil }
            state = .running([], bound.flatMap(\.descriptors))
            return bound
        }
        guard let bound else { throw TransportError(.wrongState, request: nil) }
        let sockets = bound.map(\.socket)
        let workers = workers
        for worker in workers {
            _ = try? await worker.submit { $0.start(receiver: receiver, peers: workers, sockets: sockets) }.get()
        }
        for socket in bound {
            let channels = try await open(socket)
            state.withLock { state in
                if case .running(let before, let descriptors) = state {
                    state = .running(before + channels, descriptors)
                }
            }
        }
    }

    private func open(_ bound: BoundSocket) async throws(TransportError) -> [any Channel] {
        do {
            if bound.socket.transport == .udp {
                try await DatagramOpening(bound: bound, workers: workers, limits: core.limits).open()
                return []
            }
            return [try await StreamListening(bound: bound, workers: workers, limits: core.limits, group: group).open()]
        } catch let error as SystemCallError {
            throw TransportError(error, request: bound.request)
        } catch let error as IOError {
            throw TransportError(SystemCallError("listen", error.errnoCode), request: bound.request)
        } catch {
            throw TransportError(.wrongState, request: bound.request)
        }
    }

    /// Sends what is queued, closes everything and ends the threads.
    package func stop() async {
        let (channels, descriptors): ([any Channel], [SocketDescriptor]) = state.withLock { state in
            defer { state = .stopped }
            switch state {
            case .idle(let bound): return ([], bound.flatMap(\.descriptors))
            case .running(let channels, let descriptors): return (channels, descriptors)
            case .stopped: return ([], [])
            }
        }
        for worker in workers { _ = try? await worker.submit { $0.stop() }.get() }
        for channel in channels { try? await channel.close().get() }
        for descriptor in descriptors { descriptor.close() }
        try? await group.shutdownGracefully()
    }

    // MARK: Sending

    /// Sends a message; to be called on the event loop of `worker`, which is checked.
    ///
    /// Messages leave when the current call of the receiver returns, or at the end of the loop's current tasks.
    /// - Parameters:
    ///   - bytes: The message; copied before the call returns.
    ///   - destination: Where to.
    ///   - worker: The worker whose loop the caller is on.
    ///   - completion: Called on the same loop, with nil when the system has taken the message, else with the error.
    ///     Called before this returns when it is known at once that the message cannot be sent.
    package func send(
        _ bytes: Span<UInt8>, to destination: Destination, from worker: Int, completion: SendCompletion? = nil
    ) {
        workers[worker].worker.send(bytes, to: destination, completion: completion)
    }

    /// Sends a message; see `send` of a span.
    package func send(
        _ bytes: [UInt8], to destination: Destination, from worker: Int, completion: SendCompletion? = nil
    ) {
        send(bytes.span, to: destination, from: worker, completion: completion)
    }

    /// Closes a connection from any thread; its messages that wait are lost (Kamailio: `tcp_close_connection`).
    ///
    /// - Returns: false when there is none of the number.
    @discardableResult
    package func close(_ connection: ConnectionID) -> Bool {
        guard let information = core.connections.find(connection) else { return false }
        workers[information.worker].execute {
            $0.connections[connection]?.close(.closedLocally, error: .connectionClosed)
        }
        return true
    }

    /// Answers the handshake of WebSocket over a connection, which then carries frames; from any thread.
    ///
    /// - Parameters:
    ///   - connection: The connection that the request came over.
    ///   - answer: The bytes of the answer with status 101.
    ///   - settings: How the connection is kept alive.
    package func upgradeToWebSocket(_ connection: ConnectionID, answer: [UInt8], settings: WebSocketSettings) {
        onConnection(connection) { $0.upgradeToWebSocket(answer, settings) }
    }

    /// Sends a ping or a pong over a WebSocket connection from any thread; false when there is none of the number.
    @discardableResult
    package func sendFrame(_ opcode: WebSocketOpcode, _ payload: [UInt8], over connection: ConnectionID) -> Bool {
        guard core.connections.find(connection)?.transport.isWebSocket == true else { return false }
        onConnection(connection) { $0.sendFrame(opcode, payload) }
        return true
    }

    /// Closes a WebSocket connection with a status and a reason from any thread; false when there is none of the number.
    @discardableResult
    package func closeWebSocket(_ connection: ConnectionID, code: UInt16, reason: String) -> Bool {
        guard core.connections.find(connection)?.transport.isWebSocket == true else { return false }
        onConnection(connection) { $0.closeWebSocket(WebSocketFailure(code: code, reason: reason)) }
        return true
    }

    private func onConnection(_ id: ConnectionID, _ body: @escaping @Sendable (StreamConnection) -> Void) {
        guard let information = core.connections.find(id) else { return }
        let reference = workers[information.worker]
        // On the loop itself at once, so that nothing the script does next overtakes it.
        guard !reference.loop.inEventLoop else { return reference.worker.connections[id].map(body) ?? () }
        reference.execute { worker in worker.connections[id].map(body) }
    }

    /// Lets a connection be used for requests to another port at the address of its other side, from any thread
    /// (Kamailio: `force_tcp_alias()`).
    ///
    /// - Returns: false when there is no such connection, or another one leads there already.
    @discardableResult
    package func addAlias(_ port: Port, to connection: ConnectionID) -> Bool {
        core.connections.addAlias(port, to: connection)
    }

    // MARK: Information

    /// The number of workers.
    package var workerCount: Int { workers.count }

    /// The event loop of a worker.
    package func eventLoop(_ worker: Int) -> any EventLoop { workers[worker].loop }

    /// The worker that owns a Call-ID, for messages that are made here.
    package func worker(for callID: ByteString) -> Int { core.owner(of: callID.bytes) }

    /// All sockets in the order of the configuration.
    package var sockets: [ListenSocket] { listenSockets.withLock { $0 } }

    /// The first socket of a transport in a family of addresses.
    package func socket(for transport: TransportProtocol, family: IPAddress.Family) -> ListenSocket? {
        sockets.first(transport: transport, family: family)
    }

    /// The endpoints of all sockets.
    package var localAddresses: [Endpoint] { sockets.map(\.endpoint) }

    /// All connections in the order of their numbers.
    package var connections: [ConnectionInformation] { core.connections.all }

    /// The connection of a number.
    package func connection(_ id: ConnectionID) -> ConnectionInformation? { core.connections.find(id) }

    /// The connection that a message to an address would be sent over.
    package func connection(_ transport: TransportProtocol, to remote: Endpoint) -> ConnectionInformation? {
        core.connections.find(transport, remote: remote)
    }

    /// The counters.
    package var statistics: TransportStatistics { core.statistics }

    /// The bounds in force.
    package var limits: TransportLimits { core.limits }
}
