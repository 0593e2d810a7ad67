import Logging
import NIOCore
import NetworkAddress
import SIPMessage

/// One event loop's share of the transport layer: what it has read and not yet passed on, what it is to send, and
/// the connections that live on it.
///
/// Confined to its event loop.
final class Worker {
    let index: Int
    let loop: any EventLoop
    let core: TransportCore
    let allocator = ByteBufferAllocator()
    private var receiver: (any TransportReceiver)?
    private var peers: [WorkerReference] = []
    private var sockets: [ListenSocket] = []
    /// What the current read cycle brought, by the worker that owns it.
    private var inbound: [[InboundEvent]]
    /// What writes to each socket, by the index of the socket; nil for those of streams.
    private var writers: [DatagramWriter?] = []
    /// The channels that read datagrams, by the index of their socket.
    var readers: [Int: any Channel] = [:]
    /// Writers with something to send, in the order of their first message.
    private var waitingWriters: [DatagramWriter] = []
    var connections: [ConnectionID: StreamConnection] = [:]
    private var waitingConnections: [StreamConnection] = []
    /// Messages for connections of other loops.
    private var outbound: [[OutboundMessage]]
    /// Completions of messages that are with other loops; the number travels in their place.
    private var completions: [UInt64: SendCompletion] = [:]
    private var nextCompletion: UInt64 = 0
    private var deliveryDepth = 0
    private var isFlushScheduled = false
    private(set) var isStopped = false

    init(index: Int, loop: any EventLoop, core: TransportCore) {
        self.index = index
        self.loop = loop
        self.core = core
        inbound = Array(repeating: [], count: core.workerCount)
        outbound = Array(repeating: [], count: core.workerCount)
    }

    var log: RateLimitedLog { core.log }
    var limits: TransportLimits { core.limits }

    func count(_ amount: Int, _ counter: TransportStatistics.Counter) {
        if amount != 0 { core.statistics.add(amount, to: counter, worker: index) }
    }

    func start(receiver: any TransportReceiver, peers: [WorkerReference], sockets: [ListenSocket]) {
        self.receiver = receiver
        self.peers = peers
        self.sockets = sockets
        scheduleConnectionCheck()
    }

    private func scheduleConnectionCheck() {
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(limits.connectionCheckMilliseconds))) {
            guard !self.isStopped else { return }
            let now = NIODeadline.now()
            for connection in Array(self.connections.values) { connection.checkTimes(now) }
            self.scheduleConnectionCheck()
        }
    }

    private func execute(on other: Int, _ body: @escaping @Sendable (Worker) -> Void) {
        // Without peers the layer has been stopped.
        if other < peers.count { peers[other].execute(body) }
    }

    // MARK: Receiving

    /// Takes the bytes of one message apart and keeps it for its owner until ``dispatchInbound()``.
    ///
    /// - Returns: false when they are no message.
    @discardableResult
    func received(_ bytes: [UInt8], over framing: MessageFraming, from origin: ReceivedFrom) -> Bool {
        do {
            let message = try SIPMessage.parse(bytes, limits: limits.message, over: framing)
            let owner = message.callID.map { core.owner(of: $0.bytes) } ?? index
            guard framing == .stream || owner == index || hasRoom(owner) else {
                count(1, .backlogDropped)
                log.warning("datagrams are dropped: a worker does not keep up", metadata: ["worker": "\(owner)"])
                return true
            }
            inbound[owner].append(.message(message, origin))
            return true
        } catch {
            malformed(bytes, error, from: origin)
            return false
        }
    }

    /// Whether a worker keeps up with what others read for it.
    private func hasRoom(_ worker: Int) -> Bool {
        core.backlog(of: worker).value + inbound[worker].count < limits.backlogCountMax
    }

    /// Whether all workers keep up; connections are not read as long as one does not.
    var allHaveRoom: Bool {
        inbound.indices.allSatisfy { $0 == index || hasRoom($0) }
    }

    func malformed(_ bytes: [UInt8], _ error: SIPParseError, from origin: ReceivedFrom) {
        count(1, origin.transport == .udp ? .udpMalformed : .streamMalformed)
        log.info(
            "received bytes that are no SIP message",
            metadata: ["peer.address": "\(origin.source)", "socket": "\(origin.socket)", "error": "\(error)"])
        inbound[index].append(.malformed(Array(bytes.prefix(TransportCore.malformedPrefixLength)), error, origin))
    }

    func closed(_ event: InboundEvent) {
        inbound[index].append(event)
        dispatchInbound()
    }

    /// Passes what the read cycle brought to its owners: one hop to each other worker, then its own share.
    func dispatchInbound() {
        for owner in inbound.indices where owner != index && !inbound[owner].isEmpty {
            let events = inbound[owner]
            inbound[owner] = []
            count(events.count, .handedOver)
            core.backlog(of: owner).add(events.count)
            execute(on: owner) { worker in
                worker.core.backlog(of: owner).add(-events.count)
                worker.deliver(events)
            }
        }
        guard !inbound[index].isEmpty else { return }
        let events = inbound[index]
        inbound[index] = []
        deliver(events)
    }

    private func deliver(_ events: consuming [InboundEvent]) {
        guard let receiver, !isStopped else { return }
        deliveryDepth += 1
        receiver.receive(events, worker: index)
        deliveryDepth -= 1
        if deliveryDepth == 0 { flush() }
    }

    // MARK: Sending

    func addWriter(_ writer: DatagramWriter, for socket: ListenSocket) {
        while writers.count <= socket.index { writers.append(nil) }
        writers[socket.index] = writer
    }

    func send(_ bytes: Span<UInt8>, to destination: Destination, completion: SendCompletion?) {
        guard !isStopped else {
            completion?(.stopped)
            return
        }
        guard
            let socket = destination.socket
                ?? sockets.first(
                    transport: destination.transport, family: destination.remote.address.family)
        else {
            completion?(.noSocket(destination.transport))
            return
        }
        if destination.transport == .udp {
            sendDatagram(bytes, from: socket, to: destination.remote, completion: completion)
        } else {
            sendOnStream(bytes, from: socket, to: destination, completion: completion)
        }
    }

    private func sendDatagram(
        _ bytes: Span<UInt8>, from socket: ListenSocket, to remote: Endpoint, completion: SendCompletion?
    ) {
        guard socket.index < writers.count, let writer = writers[socket.index] else {
            completion?(.noSocket(.udp))
            return
        }
        if writer.isFull { flush(writer) }
        if let error = writer.append(bytes, to: remote, completion: completion) {
            count(1, error == .queueFull ? .udpQueueFull : .udpSendErrors)
            if error == .messageTooLarge { count(1, .udpTooLarge) }
            completion?(error)
            return
        }
        if !waitingWriters.contains(where: { $0 === writer }) { waitingWriters.append(writer) }
        scheduleFlush()
    }

    /// Sends all that was queued, one system call for each socket or connection.
    func flush() {
        isFlushScheduled = false
        while let writer = waitingWriters.popLast() { flush(writer) }
        while let connection = waitingConnections.popLast() { connection.flush() }
        for other in outbound.indices where !outbound[other].isEmpty {
            let messages = outbound[other]
            outbound[other] = []
            execute(on: other) { $0.sendForOthers(messages) }
        }
    }

    private func flush(_ writer: DatagramWriter) {
        let outcome = writer.flush()
        count(outcome.sent, .udpSent)
        count(outcome.errors, .udpSendErrors)
        count(outcome.tooLarge, .udpTooLarge)
        guard outcome.isBlocked, !isStopped, !writer.isRetryScheduled else { return }
        writer.isRetryScheduled = true
        // The kernel tells only the channel when it has room; a datagram socket has room again very soon.
        loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
            writer.isRetryScheduled = false
            self.flush(writer)
        }
    }

    func connectionHasOutput(_ connection: StreamConnection) {
        waitingConnections.append(connection)
        scheduleFlush()
    }

    /// Within a delivery the flush comes at its end; otherwise at the end of the loop's current tasks.
    private func scheduleFlush() {
        guard deliveryDepth == 0, !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.assumeIsolated().execute { self.flush() }
    }

    // MARK: Streams

    private func sendOnStream(
        _ bytes: Span<UInt8>, from socket: ListenSocket, to destination: Destination, completion: SendCompletion?
    ) {
        let found = core.connections.findOrReserve(
            for: destination, socket: socket, worker: index, limits: limits)
        let connection: StreamConnection
        switch found {
        case .existing(let id, let owner) where owner != index:
            handOver(bytes, to: id, of: owner, destination: destination, completion: completion)
            return
        case .existing(let id, _):
            guard let known = connections[id] else {
                completion?(.connectionClosed)
                return
            }
            connection = known
        case .reserved(let id):
            connection = StreamConnection.connect(id: id, destination: destination, socket: socket, worker: self)
        case .failed(let error):
            if error == .tooManyConnections { rejectConnection(to: destination.remote) }
            completion?(error)
            return
        }
        connection.send(bytes, completion: completion, closeAfter: destination.closeAfter)
    }

    private func rejectConnection(to remote: Endpoint) {
        count(1, .localRejects)
        log.warning("no connection opened: as many exist as are allowed", metadata: ["peer.address": "\(remote)"])
    }

    /// A message on its way to the loop on which its connection lives.
    struct OutboundMessage: Sendable {
        var bytes: [UInt8]
        var connection: ConnectionID
        var destination: Destination
        /// The worker that sends, and the number under which it keeps the completion.
        var sender: Int
        var completion: UInt64?
    }

    private func handOver(
        _ bytes: Span<UInt8>, to connection: ConnectionID, of owner: Int, destination: Destination,
        completion: SendCompletion?
    ) {
        var copy: [UInt8] = []
        copy.append(span: bytes)
        var number: UInt64?
        if let completion {
            nextCompletion &+= 1
            completions[nextCompletion] = completion
            number = nextCompletion
        }
        outbound[owner].append(
            OutboundMessage(
                bytes: copy, connection: connection, destination: destination, sender: index, completion: number))
        scheduleFlush()
    }

    private func sendForOthers(_ messages: [OutboundMessage]) {
        for message in messages {
            let completion = message.completion.map { number in
                { (error: SendError?) in self.report(error, number: number, to: message.sender) }
            }
            if let connection = connections[message.connection] {
                connection.send(
                    message.bytes.span, completion: completion, closeAfter: message.destination.closeAfter)
            } else {
                // It ended while the message was on its way.
                send(message.bytes.span, to: message.destination, completion: completion)
            }
        }
        if deliveryDepth == 0 { flush() }
    }

    private func report(_ error: SendError?, number: UInt64, to sender: Int) {
        execute(on: sender) { $0.completions.removeValue(forKey: number)?(error) }
    }

    // MARK: End

    /// Sends what waits, then closes all connections of this loop.
    func stop() {
        flush()
        isStopped = true
        for writer in writers { writer?.cancel() }
        writers = []
        for reader in readers.values { reader.close(promise: nil) }
        readers = [:]
        for connection in Array(connections.values) { connection.close(.closedLocally, error: .stopped) }
        let unanswered = completions
        completions = [:]
        for completion in unanswered.values { completion(.stopped) }
        receiver = nil
        peers = []
    }
}
