package import SIPMessage
package import ScriptEngine

/// The response that a failure route is about, for modules that answer it (`uac_auth()`).
package final class FailedResponse {
    /// Where module tm puts it in the context of a failure route.
    package static let key = ContextKey<FailedResponse>()

    /// The response.
    package let message: SIPMessage
    /// The target of the branch it came from.
    package let target: RequestTarget
    /// Set by a module that has changed the request so that it may go to the same target once more.
    package var isAnswered = false

    /// Makes the note.
    package init(message: SIPMessage, target: RequestTarget) {
        self.message = message
        self.target = target
    }
}
