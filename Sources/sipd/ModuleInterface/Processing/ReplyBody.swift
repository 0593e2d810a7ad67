package import SIPMessage
package import ScriptEngine

/// The body that replies made here get when they have none of their own (Kamailio: `set_reply_body()`).
package final class ReplyBody {
    /// The body.
    package let bytes: ByteString
    /// Its type.
    package let contentType: ByteString

    /// Makes a body.
    package init(_ bytes: ByteString, contentType: ByteString) {
        self.bytes = bytes
        self.contentType = contentType
    }

    fileprivate static let key = ContextKey<ReplyBody>()
}

extension ScriptContext {
    /// The body for replies to this request, or nil.
    package var replyBody: ReplyBody? {
        get { self[ReplyBody.key] }
        set { self[ReplyBody.key] = newValue }
    }
}
