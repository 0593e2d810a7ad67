/// The proxy core of one request: its server transaction, its branches, and the response context that joins them
/// (RFC 3261 §16.6-16.10, as Kamailio's tm does it).
///
/// Pure: every operation appends what is to be done to an array the owner passes in, and keeps for reuse. A call that
/// forks to two targets, of which the second answers, goes like this:
///
///     var request = ForkedRequest(isInvite: true, isReliable: false, timers: timers, settings: settings)
///     request.reply(100, at: now, into: &actions)                   // sendReply(100)
///     request.addBranch(at: now, isReliable: false)                 // 0; the owner sends the INVITE
///     request.addBranch(at: now, isReliable: false)                 // 1
///     request.receiveResponse(180, from: 1, at: now, into: &actions)  // processResponse(1)
///     request.accept(180, from: 1, at: now, into: &actions)         // forwardReply(1)
///     request.receiveResponse(200, from: 1, at: now, into: &actions)  // processResponse(1)
///     request.accept(200, from: 1, at: now, into: &actions)         // forwardReply(1); CANCEL of 0 waits for a 1xx
///
/// Script routes may suspend, so everything that needs one is split in two: an action that starts it and an operation
/// that goes on afterwards.
package struct ForkedRequest: Hashable, Sendable {
    /// What does not change between requests.
    package struct Settings: Hashable, Sendable {
        /// Which replies compete after a failure route (`failure_reply_mode`).
        package var failureReplyMode = FailureReplyMode.dropAllOnNewLeg
        /// Whether a chosen 401 or 407 carries the challenges of all branches (`aggregate_challenges`).
        package var aggregatesChallenges = true
        /// Whether a 6xx leaves the other branches alone (`disable_6xx_block`).
        package var disables6xxBlock = false
        /// Whether a 503 becomes a 500 upstream (`remap_503_500`).
        package var remaps503 = true
        /// How a branch that has not answered is cancelled (`cancel_b_method`).
        package var cancelMethod = CancelMethod.waitForProvisional
        /// The largest number of branches over all legs (Kamailio: MAX_BRANCHES).
        package var branchesMax = 12

        /// Makes the settings with Kamailio's defaults, but for `failureReplyMode`, which is that of its stock
        /// configuration.
        package init() {}
    }

    /// Whether the request is an INVITE.
    package let isInvite: Bool
    /// The last status sent upstream, 0 before the first.
    package internal(set) var status = 0
    /// Whether the caller cancelled the request.
    package internal(set) var isCancelled = false
    /// All branches ever added, in order; the index is the one in the branch parameter.
    package internal(set) var branches: [RequestBranch] = []
    /// The leg of serial forking that new branches belong to.
    package internal(set) var leg = 0
    /// The settings; a script may change them for one request.
    package var settings: Settings
    /// The timers of branches yet to be added.
    package internal(set) var timers: TransactionTimers

    /// Whether it was given up, so that no reply is sent any more.
    package internal(set) var isReleased = false
    var server: ServerTransaction
    /// Reasons to put the choice off: branch failures that are being handled, `hold()`.
    var openFailures = 0
    /// The branch for which the failure route runs at present, and the number of branches it started with.
    var failureRoute: (branch: Int, branchCount: Int)? {
        get { failureRouteBranch.map { ($0, failureRouteBranchCount) } }
        set {
            failureRouteBranch = newValue?.branch
            failureRouteBranchCount = newValue?.branchCount ?? 0
        }
    }
    private var failureRouteBranch: Int?
    private var failureRouteBranchCount = 0

    /// Starts with a request that has just come and has no branch yet.
    ///
    /// `isReliable` tells that the request came by TCP, TLS or WebSocket.
    package init(isInvite: Bool, isReliable: Bool, timers: TransactionTimers, settings: Settings = Settings()) {
        self.isInvite = isInvite
        self.timers = timers
        self.settings = settings
        server = ServerTransaction(isInvite: isInvite, isReliable: isReliable, timers: timers)
    }

    /// Whether a branch still awaits its final response.
    package var hasUnfinishedBranch: Bool { branches.contains(where: \.isUnfinished) }

    /// When `expire(at:into:)` is due.
    package var deadline: MonotonicInstant {
        branches.reduce(server.deadline) { min($0, $1.deadline) }
    }

    /// Replaces the timers, also of the branches under way (Kamailio: tm `t_set_fr()`).
    package mutating func setTimers(_ timers: TransactionTimers, at now: MonotonicInstant) {
        self.timers = timers
        server.setTimers(timers)
        for index in branches.indices { branches[index].transaction?.setTimers(timers, at: now) }
    }

    // MARK: Branches

    /// Adds a branch whose request the owner sends now; nil when there are too many.
    package mutating func addBranch(
        at now: MonotonicInstant, isReliable: Bool, options: RequestBranch.Options = []
    ) -> Int? {
        guard branches.count < settings.branchesMax else { return nil }
        let transaction = ClientTransaction(
            isInvite: isInvite, at: now, isReliable: isReliable, timers: timers, cancelMethod: settings.cancelMethod)
        branches.append(RequestBranch(transaction: transaction, leg: leg, options: options))
        return branches.count - 1
    }

    /// Adds a blind branch, which keeps a suspended request open until `endBlindBranch` (Kamailio: tmx `t_suspend()`).
    package mutating func addBlindBranch(at now: MonotonicInstant, options: RequestBranch.Options = []) -> Int? {
        guard branches.count < settings.branchesMax else { return nil }
        var branch = RequestBranch(transaction: nil, leg: leg, options: options)
        branch.blindDeadline = now.advanced(
            byMilliseconds: isInvite ? timers.inviteFinalResponse : timers.finalResponse)
        branches.append(branch)
        return branches.count - 1
    }

    /// Ends a blind branch because its request goes on; it no longer counts.
    ///
    /// - Returns: whether there was an unfinished one of this index.
    package mutating func endBlindBranch(_ index: Int) -> Bool {
        guard branches.indices.contains(index), branches[index].transaction == nil, branches[index].isUnfinished
        else { return false }
        branches[index].status = 500
        branches[index].isStatusLocal = true
        branches[index].isDropped = true
        return true
    }

    /// Ends a branch whose request never left; it no longer counts.
    package mutating func abandonBranch(_ index: Int, at now: MonotonicInstant) {
        guard branches.indices.contains(index), branches[index].isUnfinished else { return }
        _ = branches[index].transaction?.receive(.transportError, at: now)
        setLocalStatus(503, of: index)
        branches[index].isDropped = true
    }

    /// Excludes a branch's response from the choice, because it was replaced or the script says so (Kamailio: tm
    /// `t_drop_replies()`).
    package mutating func dropResponse(of index: Int) {
        guard branches.indices.contains(index) else { return }
        branches[index].isDropped = true
    }

    /// Puts the choice of the best response off until `endHold`, while branches are being added one after the other.
    package mutating func hold() {
        openFailures += 1
    }

    /// Ends a `hold()`.
    package mutating func endHold(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        if openFailures > 0 { openFailures -= 1 }
        if branches.contains(where: { !$0.isDropped }) { decide(at: now, into: &actions) }
    }

    // MARK: Requests from upstream

    /// Takes in a retransmission of the request.
    package mutating func receiveRetransmission(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        perform(server.receive(.retransmission, at: now), into: &actions)
    }

    /// Takes in the ACK for the final reply: that of this transaction, or of the dialog for a 2xx of our own.
    package mutating func receiveAck(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        perform(server.receive(.ack, at: now), into: &actions)
    }

    /// Takes in the caller's CANCEL.
    ///
    /// - Returns: whether there was anything left to cancel.
    package mutating func receiveCancel(at now: MonotonicInstant, into actions: inout [ProxyAction]) -> Bool {
        guard isInvite, status < 200 else { return false }
        isCancelled = true
        let hadUnfinishedBranch = hasUnfinishedBranch
        cancelBranches(cause: 0, at: now, into: &actions)
        for index in branches.indices where branches[index].transaction == nil && branches[index].isUnfinished {
            setLocalStatus(487, of: index)
        }
        if failureRoute == nil, openFailures == 0, !hasUnfinishedBranch, status < 200 {
            if branches.isEmpty { _ = reply(487, at: now, into: &actions) } else { decide(at: now, into: &actions) }
        }
        return hadUnfinishedBranch
    }

    // MARK: Replies of our own

    /// Answers with a reply made here (Kamailio: tm `t_reply()`); a final one cancels all branches.
    ///
    /// - Returns: false when a final reply was sent before, so that nothing happens.
    package mutating func reply(_ code: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]) -> Bool {
        guard status < 200, !isReleased else { return false }
        sendOwnReply(code, branch: nil, at: now, into: &actions)
        if code >= 200 { cancelBranches(cause: code, at: now, into: &actions) }
        return true
    }

    /// Gives the request up without a reply (Kamailio: tm `t_release()`).
    package mutating func release(at now: MonotonicInstant) {
        guard status < 200 else { return }
        isReleased = true
        _ = server.receive(.release, at: now)
    }

    func isOver() -> Bool {
        server.isTerminated && !branches.contains { $0.transaction?.isPending ?? $0.isUnfinished }
    }

    mutating func sendOwnReply(
        _ code: Int, branch: Int?, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        status = code
        _ = server.receive(.reply(code: code, isOwn: true), at: now)
        actions.append(.sendReply(code: code, branch: branch))
    }

    mutating func setLocalStatus(_ code: Int, of index: Int) {
        branches[index].status = code
        branches[index].isStatusLocal = true
    }

    mutating func perform(_ serverActions: ServerTransactionActions, into actions: inout [ProxyAction]) {
        if serverActions.contains(.resendReply), status > 0 { actions.append(.resendReply) }
        if serverActions.contains(.reportMissingAck) { actions.append(.reportMissingAck) }
    }
}
