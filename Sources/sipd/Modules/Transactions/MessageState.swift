import ModuleInterface
import ScriptEngine
import Transaction

/// What module tm knows about the message being processed: its transaction, and what was armed before there was one.
final class MessageState {
    /// The transaction of the message, once there is one.
    var transaction: RequestTransaction?
    /// Whether this run of the script made the transaction, so that it has to end properly with it.
    var isCreator = false
    /// Routes armed before there was a transaction.
    var routes = ArmedRoutes()
    /// Timers set before there was a transaction.
    var timers = TimerOverrides()
    /// `t_set_auto_inv_100()`.
    var sendsTrying: Bool?
    /// `t_set_disable_6xx()`.
    var disables6xxBlock: Bool?
    /// `t_set_disable_failover()`.
    var disablesFailover = false
    /// `t_set_disable_internal_reply()`.
    var disablesInternalReply = false
    /// `t_set_no_e2e_cancel_reason()`.
    var keepsCancelReason = false
    /// Whether the Request-URI is a target although the script did not change it (`t_next_contacts()`).
    var forcesRequestURI = false
    /// Contacts of `t_load_contacts()` that are still to be tried, by groups.
    var contacts: [[RequestTarget]] = []
    /// The key of the request, computed once.
    var key: HashValue?
    /// Whether `t_precheck_trans()` has noted the key.
    var isPrechecked = false
    /// The reply routes of the branch that a branch route prepares.
    var branchOnReply: String?
    var branchOnFailure: String?
    /// Whether the message is in a branch route, so that what it arms is the branch's.
    var isInBranchRoute = false
    /// Whether `t_relay()` has already taken the Request-URI as a branch.
    var hasForwarded = false
    /// Whether observers know of this ACK.
    var isAckTold = false
    /// Internal error to be answered when the script ends without a reply; 0 for none.
    var delayedError = 0
    /// The branch that a reply came from, or whose failure is being handled.
    var branch: Int?

    private static let contextKey = ContextKey<MessageState>()

    /// The state of a message, made when first asked for.
    static func of(_ context: ScriptContext) -> MessageState {
        if let state = context[contextKey] { return state }
        let state = MessageState()
        context[contextKey] = state
        return state
    }

    /// The state of a message if there is one.
    static func existing(_ context: ScriptContext) -> MessageState? {
        context[contextKey]
    }

    /// The transaction of a message if there is one.
    static func transaction(of context: ScriptContext) -> RequestTransaction? {
        context[contextKey]?.transaction
    }
}
