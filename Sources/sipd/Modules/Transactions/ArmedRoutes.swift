/// The routes that a script has armed for what happens next (`t_on_failure()` and its like).
struct ArmedRoutes: Sendable {
    /// `t_on_failure()`.
    var onFailure: String?
    /// `t_on_branch()`.
    var onBranch: String?
    /// `t_on_reply()`.
    var onReply: String?
    /// `t_on_branch_failure()`.
    var onBranchFailure: String?
}

/// Timers a script has set for one transaction; nil leaves the configured ones.
struct TimerOverrides: Sendable {
    var finalResponse: UInt32?
    var inviteFinalResponse: UInt32?
    var inviteLifetime: UInt32?
    var nonInviteLifetime: UInt32?
    var retransmissionInitial: UInt32?
    var retransmissionLongest: UInt32?
}
