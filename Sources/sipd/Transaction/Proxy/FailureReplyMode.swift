/// Which earlier replies compete with those of branches that a failure route adds (Kamailio: tm
/// `failure_reply_mode`).
package enum FailureReplyMode: Int, Hashable, Sendable {
    /// All replies are kept.
    case keepAll = 0
    /// All replies are discarded when a failure route runs.
    case dropAll = 1
    /// The replies of the last leg of serial forking are discarded.
    case dropLastLeg = 2
    /// All replies are discarded if the failure route starts a new leg.
    case dropAllOnNewLeg = 3
}
