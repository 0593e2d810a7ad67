import ModuleInterface
import SIPMessage
import ScriptEngine

/// What a message says about its dialog; the routes of a transaction find it by the tags again.
final class DialogContext {
    private static let key = ContextKey<DialogContext>()

    /// The dialog, once it was made or found.
    var dialog: Dialog?
    /// The side that sent the message.
    var sender = DialogSide.caller
    /// Whether it was looked for.
    var wasLookedUp = false
    /// Whether a transaction was made for the message.
    var hasTransaction = false
    /// Said before there is a dialog.
    var variables: [ByteString: ByteString] = [:]
    var flags: UInt32 = 0
    var profiles: [ProfileMembership] = []
    var lifetime: Int?
    var sendsByeOnTimeout: Bool?
    var timeoutRoute: ByteString = ""
    /// The socket that the last 2xx came in by.
    var answeredOver: ByteString?

    static func existing(_ context: ScriptContext) -> DialogContext? {
        context[key]
    }

    static func of(_ context: ScriptContext) -> DialogContext {
        if let existing = context[key] { return existing }
        let made = DialogContext()
        context[key] = made
        return made
    }
}

extension SIPMessage {
    /// The URI of the first Contact; empty when there is none.
    var contactURI: ByteString {
        (try? contacts())?.first.map { $0.isWildcard ? "" : $0.uri.compacted() } ?? ""
    }

    /// The values of Record-Route in order, as they stand in Route.
    var recordRouteValues: [ByteString] { values(.recordRoute).map { $0.trimmed() } }
}
