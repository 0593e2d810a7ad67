package import SIPMessage
package import ScriptEngine

/// The status with which a response goes on, as a reply route changed it (Kamailio: `change_reply_status()`).
package final class ReplyStatusChange {
    /// The status code, 100...699 and of the same class as the response's.
    package let status: Int
    /// The reason phrase.
    package let reason: ByteString

    /// Makes a change.
    package init(status: Int, reason: ByteString) {
        self.status = status
        self.reason = reason
    }

    fileprivate static let key = ContextKey<ReplyStatusChange>()
}

extension ScriptContext {
    /// The status that replaces the response's when it is forwarded, or nil.
    package var replyStatusChange: ReplyStatusChange? {
        get { self[ReplyStatusChange.key] }
        set { self[ReplyStatusChange.key] = newValue }
    }

    /// The start line that the change makes, or nil when the response keeps its own.
    package var changedStartLine: StartLine? {
        replyStatusChange.map { .response(status: $0.status, reason: $0.reason) }
    }
}
