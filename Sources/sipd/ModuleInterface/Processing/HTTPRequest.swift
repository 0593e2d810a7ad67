package import SIPMessage
package import ScriptEngine
import Transport

/// A request of HTTP that came over a SIP connection, and its answer (Kamailio: modules xhttp, jsonrpcs, websocket).
package enum HTTPRequest {
    /// Whether the request of a context was answered; kept in the context.
    private final class State {
        static let key = ContextKey<State>()
        var isAnswered = false
    }

    /// Whether an answer was sent.
    package static func isAnswered(_ context: ScriptContext) -> Bool {
        context[State.key]?.isAnswered == true
    }

    /// Notes that the request is answered by other means, as by a change of protocol.
    package static func setAnswered(_ context: ScriptContext) {
        let state = State()
        state.isAnswered = true
        context[State.key] = state
    }

    /// The bytes of an answer, with the headers that the script has added to replies.
    ///
    /// Each of `headers` has its CRLF; `body` is nil for an answer that has none by its status (101).
    package static func answer(
        to context: ScriptContext, status: Int, reason: ByteString, contentType: ByteString? = nil,
        headers: ByteString = "", body: ByteString?
    ) -> [UInt8] {
        var lines: ByteString = "HTTP/1.1 " + ByteString(integer: status) + " " + singleLine(reason) + "\r\n"
        if let received = context.received {
            // Kamailio names what would be the Via in SIP this way.
            let place = "Sia: SIP/2.0/\(received.transport.viaName) \(received.source)\r\n"
            lines += ByteString(place)
        }
        lines += context.replyHeaders + headers
        if let contentType, !contentType.isEmpty { lines += "Content-Type: " + singleLine(contentType) + "\r\n" }
        if context.worker.server.settings.serverSignature, let header = context.worker.server.settings.serverHeader {
            lines += header + "\r\n"
        }
        if closes(context) { lines += "Connection: close\r\n" }
        lines += "Content-Length: " + ByteString(integer: body?.bytes.count ?? 0) + "\r\n\r\n"
        var bytes = Array(lines.bytes)
        if let body, context.message.method?.bytes != "HEAD" { bytes += body.bytes }
        return bytes
    }

    /// Answers the request over its connection, piece by piece, so that a long body does not count as a client that
    /// reads too slowly.
    ///
    /// - Returns: false when the request was answered already.
    @discardableResult
    package static func reply(
        _ context: ScriptContext, status: Int, reason: ByteString, contentType: ByteString? = nil,
        headers: ByteString = "", body: ByteString = ""
    ) -> Bool {
        guard !isAnswered(context), let received = context.received else { return false }
        setAnswered(context)
        let bytes = answer(
            to: context, status: status, reason: reason, contentType: contentType, headers: headers, body: body)
        let destination = Destination(
            transport: received.transport, remote: received.source, socket: received.socket,
            connection: received.connection, reuseOnly: true)
        let worker = context.worker
        send(bytes[...], to: destination, closes: closes(context), worker)
        return true
    }

    private static func send(_ bytes: ArraySlice<UInt8>, to destination: Destination, closes: Bool, _ worker: Worker) {
        let piece = bytes.prefix(pieceBytes)
        let rest = bytes.dropFirst(pieceBytes)
        var next = destination
        next.closeAfter = closes && rest.isEmpty
        worker.server.transport.send(Array(piece), to: next, from: worker.index) { error in
            guard error == nil, !rest.isEmpty else { return }
            send(rest, to: destination, closes: closes, worker)
        }
    }

    /// Below the 32 kB that may wait for one connection by default.
    private static let pieceBytes = 16_384

    /// Whether the connection ends with the answer: on the script's wish, or the client's (RFC 9112 §9.3).
    private static func closes(_ context: ScriptContext) -> Bool {
        if context.replyRouting.closeAfter { return true }
        let message = context.message
        let wish = message.firstHeader(named: "Connection").map { message.text(of: $0).lowercased().string } ?? ""
        return message.version == "HTTP/1.0" ? !wish.contains("keep-alive") : wish.contains("close")
    }

    /// A text without line ends, which would begin another header.
    private static func singleLine(_ text: ByteString) -> ByteString {
        ByteString(text.bytes.filter { $0 != 0x0D && $0 != 0x0A })
    }
}
