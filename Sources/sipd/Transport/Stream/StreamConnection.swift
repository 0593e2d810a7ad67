import Logging
import NIOCore
import NIOSSL
import NetworkAddress
import SIPMessage

/// One stream connection: cuts what arrives into messages and queues what is sent.
///
/// Confined to the event loop of its worker. Its table entry exists from before it is connected until it is closed,
/// so that messages sent meanwhile wait here instead of opening further connections.
final class StreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum State {
        case connecting
        /// The handshake of TLS is under way.
        case securing(ChannelHandlerContext)
        case open(ChannelHandlerContext)
        case closed(SendError)
    }

    let id: ConnectionID
    var origin: ReceivedFrom
    let worker: Worker
    /// Set once the connection speaks WebSocket.
    var webSocket: WebSocketState?
    private var state = State.connecting
    private var framer: StreamFramer
    /// Messages that the next flush writes.
    private var queue: [(bytes: ByteBuffer, completion: SendCompletion?)] = []
    /// Bytes in `queue` and bytes written to the channel that the system has not taken yet.
    private var queuedBytes = 0
    private var isWaiting = false
    private var closesAfterFlush = false
    private var closeReason: ConnectionCloseReason?
    /// Bytes under way since; nil when there are none.
    private var sendingSince: NIODeadline?
    private let activity: ConnectionActivity?
    private var lastActivity = NIODeadline.now() {
        didSet { activity?.note(lastActivity) }
    }
    /// When the message that is not complete yet began, or the connection that has sent none.
    private var incompleteSince: NIODeadline?
    private var isFirstMessage = true

    private let isInbound: Bool

    init(id: ConnectionID, origin: ReceivedFrom, isInbound: Bool, worker: Worker) {
        self.id = id
        self.isInbound = isInbound
        self.origin = origin
        self.worker = worker
        framer = StreamFramer(
            limits: worker.limits.message, acceptsMissingContentLength: worker.limits.acceptsMissingContentLength)
        activity = worker.core.connections.find(id)?.activity
        worker.connections[id] = self
        worker.count(1, .currentConnections)
    }

    var isOpen: Bool { if case .open = state { true } else { false } }

    var logMetadata: Logger.Metadata { ["connection.id": "\(id)", "peer.address": "\(origin.source)"] }

    /// A sender has longer for the rest of a message than for showing that it is one at all.
    private var incompleteTimeout: TimeAmount {
        let limits = worker.limits
        return .milliseconds(
            Int64(isFirstMessage ? limits.firstMessageTimeoutMilliseconds : limits.messageTimeoutMilliseconds))
    }

    // MARK: Sending

    /// Queues a message; the worker's next flush writes it.
    ///
    /// The completion is called when the system has taken the last byte of the message, or when that has failed.
    func send(_ bytes: Span<UInt8>, completion: SendCompletion?, closeAfter: Bool) {
        guard let webSocket else { return enqueue([], bytes, completion: completion, closeAfter: closeAfter) }
        if webSocket.isClosing {
            completion?(.connectionClosed)
            return
        }
        worker.count(1, .webSocketFramesSent)
        // SAFETY: the bytes are only read within the closure.
        let isText = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
        enqueue(
            WebSocketFrame.header(isText ? .text : .binary, length: bytes.count), bytes, completion: completion,
            closeAfter: closeAfter)
    }

    /// Queues bytes with a header in front.
    func enqueue(_ header: [UInt8], _ bytes: Span<UInt8>, completion: SendCompletion?, closeAfter: Bool) {
        if case .closed(let error) = state {
            completion?(error)
            return
        }
        var buffer = worker.allocator.buffer(capacity: header.count + bytes.count)
        buffer.writeBytes(header)
        // SAFETY: the bytes are copied within the closure.
        unsafe bytes.withUnsafeBufferPointer { _ = unsafe buffer.writeBytes($0) }
        queue.append((buffer, completion))
        account(for: header.count + bytes.count)
        if closeAfter { closesAfterFlush = true }
        worker.count(1, .streamSent)
        guard case .open = state else { return closeIfTooMuchIsQueued() }
        guard !isWaiting else { return }
        isWaiting = true
        worker.connectionHasOutput(self)
    }

    /// Writes all that is queued.
    func flush() {
        isWaiting = false
        guard case .open(let context) = state, !queue.isEmpty else { return }
        let messages = queue
        queue = []
        lastActivity = .now()
        if sendingSince == nil { sendingSince = lastActivity }
        var bytes = 0
        let promise = context.eventLoop.makePromise(of: Void.self)
        for (index, message) in messages.enumerated() {
            bytes += message.bytes.readableBytes
            context.write(NIOAny(message.bytes), promise: index == messages.count - 1 ? promise : nil)
        }
        // One promise for all: the bytes of a stream leave in order, so the last one answers for those before it.
        promise.futureResult.assumeIsolated().whenComplete { result in
            self.finished(bytes: bytes, messages: messages, result: result)
        }
        context.flush()
        closeIfTooMuchIsQueued()
        if closesAfterFlush { closeWhenSent() }
    }

    private func finished(
        bytes: Int, messages: [(bytes: ByteBuffer, completion: SendCompletion?)], result: Result<Void, any Error>
    ) {
        account(for: -bytes)
        sendingSince = queuedBytes == 0 ? nil : .now()
        var failure: SendError?
        if case .failure(let error) = result {
            if case .closed(let known) = state { failure = known } else { failure = SendError(error) }
        }
        for message in messages { message.completion?(failure) }
        if closesAfterFlush { closeWhenSent() }
    }

    private func closeWhenSent() {
        guard queuedBytes == 0, case .open = state else { return }
        close(.closedLocally, error: .connectionClosed)
    }

    private func account(for bytes: Int) {
        queuedBytes += bytes
        worker.count(bytes, .currentQueuedBytes)
    }

    private func closeIfTooMuchIsQueued() {
        let total = worker.core.statistics.value(of: .currentQueuedBytes)
        guard queuedBytes > worker.limits.connectionQueueBytesMax || total > worker.limits.queueBytesMax,
            queuedBytes > 0
        else { return }
        worker.count(1, .sendQueueFull)
        worker.log.warning(
            "connection closed: the other side reads too slowly, its send queue is full", metadata: logMetadata)
        close(.closedLocally, error: .queueFull)
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        let now = NIODeadline.now()
        lastActivity = now
        if webSocket != nil { return receiveFrames(unwrapInboundIn(data).readableBytesView, at: now) }
        framer.append(unwrapInboundIn(data).readableBytesView)
        do {
            while let frame = try framer.next() {
                take(frame)
                noteMessageComplete()
            }
            if framer.isInsideMessage { noteMessageBegun(at: now) }
        } catch {
            worker.malformed([], SIPParseError(error), from: origin)
            close(.closedLocally, error: .connectionClosed)
        }
    }

    /// Bytes of a message have come, but not all.
    func noteMessageBegun(at now: NIODeadline) {
        if incompleteSince == nil { incompleteSince = now }
    }

    func noteMessageComplete() {
        if isFirstMessage { activity?.noteMessage() }
        isFirstMessage = false
        incompleteSince = nil
    }

    private func take(_ frame: StreamFramer.Frame) {
        switch frame {
        case .message(let bytes):
            worker.count(1, .streamReceived)
            worker.received(bytes, over: .stream, from: origin)
        case .ping:
            worker.count(1, .streamPings)
            guard worker.limits.answersPings else { return }
            send([0x0D, 0x0A].span, completion: nil, closeAfter: false)
        case .pong:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        worker.dispatchInbound()
        if !worker.allHaveRoom { pauseReading(context) }
    }

    /// Leaves what comes in the system's buffer, which makes the other side wait, until all workers keep up again.
    private func pauseReading(_ context: ChannelHandlerContext) {
        guard case .open = state, let options = context.channel.syncOptions else { return }
        try? options.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(10)) {
            guard case .open(let context) = self.state else { return }
            if self.worker.allHaveRoom {
                try? context.channel.syncOptions?.setOption(.autoRead, value: true)
            } else {
                self.pauseReading(context)
            }
        }
    }

    // MARK: Life

    func channelActive(context: ChannelHandlerContext) {
        opened(context)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { opened(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let session = event as? TLSSession else { return context.fireUserInboundEventTriggered(event) }
        guard case .securing = state else { return }
        worker.core.connections.secured(id, session)
        state = .connecting
        opened(context, isSecured: true)
    }

    private func opened(_ context: ChannelHandlerContext, isSecured: Bool = false) {
        switch state {
        case .connecting where origin.transport.isSecure && !isSecured:
            lastActivity = .now()
            state = .securing(context)
            return
        case .connecting:
            state = .open(context)
        case .open, .securing:
            return
        case .closed:
            // It was closed while it was being established.
            context.close(promise: nil)
            return
        }
        lastActivity = .now()
        if isInbound { incompleteSince = lastActivity }
        activity?.noteEstablished()
        worker.count(1, .connectionsEstablished)
        if !queue.isEmpty { flush() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .securing = state {
            worker.count(1, isInbound ? .connectionResets : .connectFailures)
            worker.log.warning("TLS handshake failed", metadata: logMetadata.merging(["error": "\(error)"]) { $1 })
            close(.closedLocally, error: SendError(error))
        } else if case .uncleanShutdown? = error as? NIOSSLError {
            // Many clients end TCP without a word in TLS before.
            close(.closedByPeer, error: .connectionClosed)
        } else {
            close(.reset, error: SendError(error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended(.closedByPeer, error: .connectionClosed)
    }

    /// Called when the connection could not be established.
    func connectFailed(_ error: SendError) {
        ended(.closedLocally, error: error)
    }

    func close(_ reason: ConnectionCloseReason, error: SendError) {
        switch state {
        case .open(let context), .securing(let context):
            ended(reason, error: error)
            context.close(promise: nil)
        case .connecting, .closed:
            ended(reason, error: error)
        }
    }

    private func ended(_ reason: ConnectionCloseReason, error: SendError) {
        if case .closed = state { return }
        let wasOpen = if case .open = state { true } else { false }
        state = .closed(error)
        worker.connections[id] = nil
        worker.core.connections.remove(id)
        worker.count(-1, .currentConnections)
        if webSocket != nil { worker.count(-1, .currentWebSockets) }
        switch reason {
        case .reset: worker.count(1, .connectionResets)
        case .timeout: worker.count(1, .connectionTimeouts)
        case .closedByPeer, .closedLocally: break
        }
        let unsent = queue
        queue = []
        account(for: -unsent.reduce(0) { $0 + $1.bytes.readableBytes })
        for message in unsent { message.completion?(error) }
        if wasOpen { worker.closed(.connectionClosed(id, reason, origin)) }
    }

    /// Closes the connection when one of its times has run out; called about once a second.
    func checkTimes(_ now: NIODeadline) {
        let limits = worker.limits
        if case .securing = state {
            guard now - lastActivity > .milliseconds(Int64(limits.connectTimeoutMilliseconds)) else { return }
            worker.log.warning("connection closed: TLS handshake not complete in time", metadata: logMetadata)
            close(.timeout, error: .timeout)
        } else if let since = sendingSince, now - since > .milliseconds(Int64(limits.sendTimeoutMilliseconds)) {
            worker.count(1, .sendTimeouts)
            worker.log.warning("connection closed: the other side does not read", metadata: logMetadata)
            close(.timeout, error: .timeout)
        } else if let since = incompleteSince, now - since > incompleteTimeout {
            worker.log.info("connection closed: no complete message in time", metadata: logMetadata)
            close(.timeout, error: .timeout)
        } else if checkWebSocket(now, lastActivity: lastActivity) {
            return
        } else if now - lastActivity > .milliseconds(Int64(limits.connectionLifetimeMilliseconds)) {
            close(.timeout, error: .connectionClosed)
        }
    }
}
