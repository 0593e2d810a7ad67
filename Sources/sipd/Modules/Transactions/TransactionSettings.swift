import ModuleInterface
import SIPMessage
import Transaction

/// The parameters of module tm.
struct TransactionSettings: Sendable {
    /// Lengths of the timers.
    var timers = TransactionTimers()
    /// How branches and their responses are treated.
    var forking = ForkedRequest.Settings()
    /// Whether a 100 is sent as soon as an INVITE is forwarded (`auto_inv_100`).
    var sendsTrying = true
    /// The reason phrase of that 100 (`auto_inv_100_reason`).
    var tryingReason: ByteString = "trying -- your call is important to us"
    /// Status of the reply when nothing better is known (`default_code`).
    var defaultCode = 500
    /// Reason of that reply (`default_reason`).
    var defaultReason: ByteString = "Server Internal Error"
    /// Whether a CANCEL names the status that made a branch needless (`local_cancel_reason`).
    var writesCancelReason = true
    /// Whether the Reason headers of the caller's CANCEL are passed on (`e2e_cancel_reason`).
    var passesCancelReason = true
    /// What happens to a CANCEL that matches no INVITE (`unmatched_cancel`): 0 stateful, 1 stateless, 2 dropped.
    var unmatchedCancel = 0
    /// Names of headers that ACK and CANCEL made here copy from the request (`ac_extra_hdrs`).
    var extraHeaderPrefix: ByteString = ""
    /// Whether `t_load_contacts()` is switched on (`contacts_avp`).
    var hasSerialContacts = false

    init(_ parameters: ModuleParameters) {
        func milliseconds(_ name: String) -> UInt32 { UInt32(clamping: parameters.integer(name)) }
        timers.finalResponse = milliseconds("fr_timer")
        timers.inviteFinalResponse = milliseconds("fr_inv_timer")
        timers.wait = milliseconds("wt_timer")
        timers.retransmissionInitial = milliseconds("retr_timer1")
        timers.retransmissionLongest = milliseconds("retr_timer2")
        timers.inviteLifetime = milliseconds("max_inv_lifetime")
        timers.nonInviteLifetime = milliseconds("max_noninv_lifetime")
        timers.restartsOnEachReply = parameters.flag("restart_fr_on_each_reply")
        forking.failureReplyMode =
            FailureReplyMode(rawValue: parameters.integer("failure_reply_mode")) ?? .dropAllOnNewLeg
        forking.aggregatesChallenges = parameters.flag("aggregate_challenges")
        forking.disables6xxBlock = parameters.flag("disable_6xx_block")
        forking.remaps503 = parameters.flag("remap_503_500")
        forking.cancelMethod = CancelMethod(rawValue: parameters.integer("cancel_b_method")) ?? .waitForProvisional
        sendsTrying = parameters.flag("auto_inv_100")
        tryingReason = parameters.string("auto_inv_100_reason") ?? tryingReason
        defaultCode = parameters.integer("default_code")
        defaultReason = parameters.string("default_reason") ?? defaultReason
        writesCancelReason = parameters.flag("local_cancel_reason")
        passesCancelReason = parameters.flag("e2e_cancel_reason")
        unmatchedCancel = parameters.integer("unmatched_cancel")
        extraHeaderPrefix = parameters.string("ac_extra_hdrs") ?? ""
        hasSerialContacts = parameters.string("contacts_avp") != nil
    }

    /// The `modparam`s of module tm.
    static let descriptions: [ParameterDescription] = [
        .integer("fr_timer", 30_000, in: 1...86_400_000, "milliseconds a request may stay without any response"),
        .integer("fr_inv_timer", 120_000, in: 1...86_400_000, "milliseconds an INVITE may ring"),
        .integer("wt_timer", 5_000, in: 0...86_400_000, "milliseconds a finished transaction absorbs retransmissions"),
        .integer("retr_timer1", 500, in: 1...3_600_000, "milliseconds until the first retransmission"),
        .integer("retr_timer2", 4_000, in: 1...3_600_000, "longest milliseconds between retransmissions"),
        .integer("max_inv_lifetime", 180_000, in: 0...86_400_000, "milliseconds after which an INVITE is not extended"),
        .integer(
            "max_noninv_lifetime", 32_000, in: 0...86_400_000,
            "milliseconds after which another request is not extended"),
        .flag("restart_fr_on_each_reply", true, "whether each provisional response restarts fr_inv_timer"),
        .integer(
            "failure_reply_mode", 3, in: 0...3, "which replies compete after a failure route: 0 all, 3 the new leg's"),
        .flag("aggregate_challenges", true, "whether a 401 or 407 carries the challenges of all branches"),
        .flag("disable_6xx_block", false, "whether a 6xx leaves the other branches alone"),
        .flag("remap_503_500", true, "whether a 503 becomes a 500 upstream"),
        .integer("cancel_b_method", 1, in: 0...2, "how a branch that has not answered is cancelled"),
        .flag("auto_inv_100", true, "whether 100 is sent when an INVITE is forwarded"),
        .string("auto_inv_100_reason", "trying -- your call is important to us", "reason phrase of that 100"),
        .integer("default_code", 500, in: 400...699, "status of a reply when nothing better is known"),
        .string("default_reason", "Server Internal Error", "reason phrase of that reply"),
        .flag("local_cancel_reason", true, "whether CANCEL names the status that made a branch needless"),
        .flag("e2e_cancel_reason", true, "whether the Reason headers of a CANCEL are passed on"),
        .integer("unmatched_cancel", 0, in: 0...2, "a CANCEL without INVITE: 0 forwarded, 1 without state, 2 dropped"),
        .string("ac_extra_hdrs", nil, "prefix of headers that ACK and CANCEL copy from the request"),
        .string("contacts_avp", nil, "switches t_load_contacts() on"),
        .string("contact_flows_avp", nil, "accepted; flows of one instance are tried in order of q"),
        .string("fr_timer_avp", nil, "not used by Kamailio any more"),
        .string("fr_inv_timer_avp", nil, "not used by Kamailio any more"),
        .flag("reparse_invite", true, "accepted: ACK and CANCEL are always made from the request as it was sent"),
        .flag("reparse_on_dns_failover", true, "accepted: each destination gets the request with its own Via"),
        .flag("ruri_matching", true, "accepted: RFC 2543 requests are matched by their Request-URI"),
        .flag("via1_matching", true, "accepted: RFC 2543 requests are matched by their Via"),
        .flag("pass_provisional_replies", false, "accepted: callbacks see all replies"),
        .flag("failure_exec_mode", false, "accepted: failure routes run whenever all branches have ended"),
        .flag("noisy_ctimer", true, "accepted: a ringing call is always cancelled when its time is over"),
        .flag("xavp_contact_mode", false, "accepted"),
        .integer("dns_reuse_rcv_socket", 0, "accepted: the receiving socket is used when its transport fits"),
        .integer("reply_to_via", 0, "accepted: replies go to the source address"),
        .ignored("hash_size", because: "the table grows with the number of transactions"),
        .ignored("event_callback", because: "scripts are written in the native language only"),
    ]
}
