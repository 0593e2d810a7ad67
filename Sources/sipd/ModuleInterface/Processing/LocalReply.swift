package import SIPMessage
package import ScriptEngine

/// A reply that this server makes itself.
package struct LocalReply: Sendable {
    /// The status code, 100...699.
    package var status: Int
    /// The reason phrase.
    package var reason: ByteString
    /// Header lines, each with its CRLF.
    package var headers: ByteString
    /// The body; empty for none.
    package var body: ByteString
    /// The type of the body.
    package var contentType: ByteString?

    /// Makes a reply.
    package init(
        _ status: Int, _ reason: ByteString, headers: ByteString = "", body: ByteString = "",
        contentType: ByteString? = nil
    ) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
        self.contentType = contentType
    }
}

/// Sends replies to the request being processed: within its transaction when there is one (module tm), else without
/// state.
///
/// What `send_reply()`, `auth_challenge()` and `save()` use (Kamailio: `sl_bind.freply`).
package protocol ReplySender: Sendable {
    /// Sends a reply.
    ///
    /// - Returns: whether it was sent; an ACK is never answered.
    func send(_ reply: LocalReply, to context: ScriptContext) -> Bool
}

/// Replies without a transaction (Kamailio: `sl_reply()`).
///
/// The To-tag is a hash of the request, so that retransmissions get the same one.
package struct StatelessReplySender: ReplySender {
    /// Makes the sender.
    package init() {}

    /// Builds and sends the reply along the request's topmost Via.
    package func send(_ reply: LocalReply, to context: ScriptContext) -> Bool {
        if case .ack = context.message.method { return false }
        guard let destination = ReplyDestination.of(requestIn: context) else { return false }
        let worker = context.worker
        let bytes: [UInt8]
        if (300..<400).contains(reply.status) {
            var redirection = reply
            redirection.headers = reply.headers + Self.contacts(of: context)
            bytes = ReplyBytes.make(redirection, to: context)
        } else {
            bytes = ReplyBytes.make(reply, to: context)
        }
        worker.server.transport.send(bytes, to: destination, from: worker.index)
        return true
    }

    /// Contact with the targets that the script has set, for a redirection; empty when it has set none.
    private static func contacts(of context: ScriptContext) -> ByteString {
        var targets = context.branches
        if context.target.uri != nil { targets.insert(context.target, at: 0) }
        var line: ByteString = ""
        for target in targets {
            guard let uri = target.uri else { continue }
            line = line + (line.isEmpty ? "Contact: <" : ", <") + uri + ">"
            if let q = target.q { line = line + ";q=" + quality(q) }
        }
        return line.isEmpty ? "" : line + "\r\n"
    }

    /// A q value in thousandths as text: `1`, `0.5`, `0.25`.
    private static func quality(_ thousandths: Int) -> ByteString {
        guard (1..<1000).contains(thousandths) else { return thousandths < 1 ? "0" : "1" }
        var digits = ByteString("\(1000 + thousandths)").dropFirst()
        while digits.last == UInt8(ascii: "0") { digits = digits.dropLast() }
        return "0." + digits
    }
}

/// The bytes of a reply made here, with everything that the server adds.
package enum ReplyBytes {
    /// Builds a reply to the request of a context.
    ///
    /// `toTag` is the To-tag to add when the request has none; nil takes the stateless one. 100 gets none.
    package static func make(
        _ reply: LocalReply, to context: ScriptContext, toTag: ByteString? = nil
    ) -> [UInt8] {
        let message = context.message
        let server = context.worker.server
        var builder = ReplyBuilder(to: message, status: reply.status, reason: reply.reason)
        if reply.status > 100 { builder.toTag = toTag ?? server.statelessTag(of: message) }
        addSource(of: context, to: &builder)
        builder.copiesRecordRoute = copiesRecordRoute(reply.status, message)
        builder.headerLines = reply.headers
        builder.furtherHeaderLines = context.replyHeaders
        builder.serverLine = server.serverLine
        builder.body = reply.body
        builder.contentType = reply.contentType
        if reply.body.isEmpty, let body = context.replyBody {
            builder.body = body.bytes
            builder.contentType = body.contentType
        }
        return builder.bytes()
    }

    private static func addSource(of context: ScriptContext, to builder: inout ReplyBuilder) {
        guard let source = context.received?.source, let via = context.message.topVia else { return }
        let address = ByteString(source.address.text())
        let asked = via.asksForRport
        if asked || context.replyRouting.forcesRport { builder.rport = source.port.value }
        if asked || !LocalHost.withoutBrackets(via.host).equalsIgnoringCase(address) { builder.received = address }
    }

    /// Record-Route goes into replies that create a dialog (RFC 3261 §12.1.1).
    private static func copiesRecordRoute(_ status: Int, _ message: SIPMessage) -> Bool {
        (101..<300).contains(status) && message.has(.recordRoute) && !(message.to?.hasTag ?? false)
    }
}
