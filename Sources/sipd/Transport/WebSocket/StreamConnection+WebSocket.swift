import NIOCore
import NetworkAddress
import SIPMessage

extension StreamConnection {
    /// Sends the answer to the handshake; what comes and goes behind it are frames.
    func upgradeToWebSocket(_ answer: [UInt8], _ settings: WebSocketSettings) {
        guard webSocket == nil, isOpen else { return }
        send(answer.span, completion: nil, closeAfter: false)
        origin.transport = origin.transport.isSecure ? .wss : .ws
        webSocket = WebSocketState(
            settings: settings,
            framer: WebSocketFramer(payloadLengthMax: worker.limits.message.streamLengthMax))
        worker.core.connections.change(id, to: origin.transport)
        worker.count(1, .webSocketHandshakes)
        worker.count(1, .currentWebSockets)
    }

    /// Takes bytes of frames.
    func receiveFrames(_ bytes: ByteBufferView, at now: NIODeadline) {
        webSocket?.framer.append(bytes)
        webSocket?.pingedAt = nil
        do throws(WebSocketFailure) {
            while isOpen, let frame = try webSocket?.framer.next() {
                noteMessageComplete()
                take(frame)
            }
            if webSocket?.framer.isInsideFrame == true { noteMessageBegun(at: now) }
        } catch {
            worker.log.info(
                "WebSocket connection closed: a frame breaks the protocol",
                metadata: logMetadata.merging(["error": "\(error.reason)"]) { $1 })
            closeWebSocket(error)
        }
    }

    private func take(_ frame: WebSocketFrame) {
        worker.count(1, .webSocketFramesReceived)
        guard webSocket?.isClosing == false || frame.opcode == .close else { return }
        switch frame.opcode {
        case .text, .binary: takeMessage(frame)
        case .ping: sendFrame(.pong, frame.payload)
        case .pong, .continuation: break
        case .close:
            guard webSocket?.isClosing == false else {
                return close(.closedLocally, error: .connectionClosed)
            }
            worker.count(1, .webSocketsClosedByPeer)
            let code = frame.payload.count >= 2 ? UInt16(frame.payload[0]) << 8 | UInt16(frame.payload[1]) : 1000
            // RFC 6455 §5.5.1: the answer repeats the status code.
            sendClosing(WebSocketFailure(code: code, reason: ""))
        }
    }

    private func takeMessage(_ frame: WebSocketFrame) {
        // RFC 7118 §5: a keep-alive of RFC 5626 is a message of line ends.
        guard !frame.payload.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) else {
            if !frame.payload.isEmpty { sendFrame(.text, [0x0D, 0x0A]) }
            return
        }
        worker.count(1, .streamReceived)
        worker.received(frame.payload, over: .datagram, from: origin)
    }

    /// Sends a frame by itself.
    func sendFrame(_ opcode: WebSocketOpcode, _ payload: [UInt8], closeAfter: Bool = false) {
        guard webSocket != nil, isOpen else { return }
        worker.count(1, .webSocketFramesSent)
        enqueue(
            WebSocketFrame.header(opcode, length: payload.count), payload.span, completion: nil, closeAfter: closeAfter)
    }

    /// Sends a close frame, then closes.
    func closeWebSocket(_ failure: WebSocketFailure) {
        guard webSocket?.isClosing == false else { return }
        worker.count(1, .webSocketsClosedLocally)
        sendClosing(failure)
    }

    private func sendClosing(_ failure: WebSocketFailure) {
        webSocket?.isClosing = true
        sendFrame(.close, WebSocketFrame.closing(failure), closeAfter: true)
    }

    /// Sends what keeps the connection alive, and closes it when its ping was not answered; called once a second.
    ///
    /// - Returns: false when the connection lives and dies by its traffic alone.
    func checkWebSocket(_ now: NIODeadline, lastActivity: NIODeadline) -> Bool {
        guard let webSocket, webSocket.settings.keepalive != .none, !webSocket.isClosing else { return false }
        let timeout = TimeAmount.seconds(Int64(webSocket.settings.keepaliveSeconds))
        if let pingedAt = webSocket.pingedAt {
            if now - pingedAt > timeout { close(.timeout, error: .timeout) }
        } else if now - lastActivity >= timeout {
            let isPing = webSocket.settings.keepalive == .ping
            if isPing { self.webSocket?.pingedAt = now }
            sendFrame(isPing ? .ping : .pong, [])
        }
        return true
    }
}
