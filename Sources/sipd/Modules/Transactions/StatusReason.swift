import ModuleInterface
import SIPMessage
import ScriptEngine

/// Reason phrases of the replies that the transaction layer makes by itself.
enum StatusReason {
    /// A reply with the usual phrase; `replaced` is the status that a branch really gave.
    static func reply(_ code: Int, replacing replaced: Int? = nil) -> LocalReply {
        LocalReply(code, ReasonPhrase.of(replaced == 503 ? 503 : code) ?? "Server Internal Error")
    }
}
