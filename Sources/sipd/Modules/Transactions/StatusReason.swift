import ModuleInterface
import SIPMessage
import ScriptEngine

/// Reason phrases of the replies that the transaction layer makes by itself.
enum StatusReason {
    /// A reply with the usual phrase; `replaced` is the status that a branch really gave.
    static func reply(_ code: Int, replacing replaced: Int? = nil) -> LocalReply {
        LocalReply(code, replaced == 503 ? "Service Unavailable" : phrase(code))
    }

    private static func phrase(_ code: Int) -> ByteString {
        switch code {
        case 100: "Trying"
        case 401: "Unauthorized"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 487: "Request Terminated"
        case 503: "Service Unavailable"
        default: "Server Internal Error"
        }
    }
}
