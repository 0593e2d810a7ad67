package import SIPMessage
package import ScriptEngine

/// The response that a failure route is about, for modules that answer it (`uac_auth()`).
package final class FailedResponse {
    /// Where module tm puts it in the context of a failure route.
    package static let key = ContextKey<FailedResponse>()

    /// The response.
    package let message: SIPMessage
    /// The Request-URI of the branch it came from.
    package let requestURI: ByteString

    /// Makes the note.
    package init(message: SIPMessage, requestURI: ByteString) {
        self.message = message
        self.requestURI = requestURI
    }
}
