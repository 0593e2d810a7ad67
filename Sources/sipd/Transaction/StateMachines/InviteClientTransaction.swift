/// The client side of an INVITE (RFC 3261 §17.1.1, RFC 6026 §8.4), its CANCEL (RFC 3261 §9.1) and, for a proxy,
/// timer C (RFC 3261 §16.6 step 11).
///
/// Pure: the owner sends what the actions say and calls `receive(.timer)` when `deadline` has come.
package struct InviteClientTransaction: Hashable, Sendable {
    /// The states of RFC 6026 figure 3.
    package enum State: Hashable, Sendable {
        /// The request was sent, nothing came back.
        case calling
        /// A provisional response came.
        case proceeding
        /// A final response of 300 and above came, or the request failed locally; late ones are acknowledged.
        case completed
        /// A 2xx came; further ones are passed on.
        case accepted
        /// Nothing is left to do.
        case terminated
    }

    private enum Cancellation: Hashable, Sendable {
        case none
        case waiting
        case sent
        case answered
    }

    /// Where the transaction stands.
    package private(set) var state: State = .calling
    private var timers: TransactionTimers
    private var cancelMethod: CancelMethod
    private let isReliable: Bool
    private var endOfLife: MonotonicInstant
    private var timeout: MonotonicInstant
    private var retransmission = RetransmissionTimer()
    private var cancellation: Cancellation = .none
    private var cancelRetransmission = RetransmissionTimer()
    private var cancelTimeout: MonotonicInstant = .never

    /// Starts the transaction; the owner sends the request now.
    ///
    /// `isReliable` tells that the transport retransmits by itself (TCP, TLS, WebSocket).
    package init(
        at now: MonotonicInstant, isReliable: Bool, timers: TransactionTimers,
        cancelMethod: CancelMethod = .waitForProvisional
    ) {
        self.timers = timers
        self.cancelMethod = cancelMethod
        self.isReliable = isReliable
        endOfLife = now.advanced(byMilliseconds: timers.inviteLifetime)
        timeout = min(now.advanced(byMilliseconds: timers.finalResponse), endOfLife)
        if !isReliable { retransmission.start(at: now, timers: timers) }
    }

    /// Whether a final response is still awaited.
    package var isPending: Bool { state == .calling || state == .proceeding }

    /// Whether the request was cancelled, or is to be cancelled once a provisional response comes.
    package var isCancelled: Bool { cancellation != .none }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant {
        min(min(timeout, retransmission.deadline), min(cancelRetransmission.deadline, cancelTimeout))
    }

    /// When `receive(.timer)` is due as long as nobody waits for late responses any more: a proxy keeps a finished
    /// branch as long as the whole request, so that timers D and M need not run.
    package var deadlineOfWork: MonotonicInstant {
        isPending ? deadline : min(cancelRetransmission.deadline, cancelTimeout)
    }

    /// Replaces the timers of the running transaction and restarts the one for the final response (Kamailio: tm
    /// `t_set_fr()`).
    package mutating func setTimers(_ timers: TransactionTimers, at now: MonotonicInstant) {
        self.timers = timers
        switch state {
        case .calling: timeout = min(now.advanced(byMilliseconds: timers.finalResponse), endOfLife)
        case .proceeding: timeout = min(now.advanced(byMilliseconds: timers.inviteFinalResponse), endOfLife)
        case .completed, .accepted, .terminated: break
        }
    }

    /// Takes in one event and says what is to be done about it.
    package mutating func receive(_ event: ClientTransactionEvent, at now: MonotonicInstant)
        -> ClientTransactionActions
    {
        switch event {
        case .response(let code): return receiveResponse(code, at: now)
        case .cancelResponse: return receiveCancelResponse()
        case .cancel: return cancel(at: now)
        case .transportError: return fail(at: now)
        case .timer: return expire(at: now)
        }
    }

    // MARK: Responses

    private mutating func receiveResponse(_ code: Int, at now: MonotonicInstant) -> ClientTransactionActions {
        switch state {
        case .calling, .proceeding:
            if code < 200 { return receiveProvisional(at: now) }
            finish(code < 300 ? .accepted : .completed, at: now)
            return code < 300 ? .passResponse : [.sendAck, .passResponse]
        case .completed:
            if code < 200 { return [] }
            // A 2xx after the branch was given up: its user decides, since the callee believes in a dialog.
            return code < 300 ? .passResponse : .sendAck
        case .accepted:
            return (200..<300).contains(code) ? .passResponse : []
        case .terminated:
            return []
        }
    }

    private mutating func receiveProvisional(at now: MonotonicInstant) -> ClientTransactionActions {
        let isFirst = state == .calling
        state = .proceeding
        retransmission.stop()
        if isFirst || timers.restartsOnEachReply, cancellation == .none {
            timeout = min(now.advanced(byMilliseconds: timers.inviteFinalResponse), endOfLife)
        }
        guard cancellation == .waiting else { return .passResponse }
        return sendCancel(at: now).union(.passResponse)
    }

    private mutating func finish(_ next: State, at now: MonotonicInstant) {
        state = next
        retransmission.stop()
        stopCancel()
        timeout = now.advanced(byMilliseconds: timers.lateResponse)
    }

    // MARK: Cancellation

    private mutating func cancel(at now: MonotonicInstant) -> ClientTransactionActions {
        guard cancellation == .none, isPending else { return [] }
        if state == .proceeding || cancelMethod == .sendAnyway { return sendCancel(at: now) }
        if cancelMethod == .giveUp {
            finish(.completed, at: now)
            return .reportCancelled
        }
        cancellation = .waiting
        return []
    }

    private mutating func sendCancel(at now: MonotonicInstant) -> ClientTransactionActions {
        cancellation = .sent
        if !isReliable { cancelRetransmission.start(at: now, timers: timers) }
        cancelTimeout = now.advanced(byMilliseconds: timers.finalResponse)
        // RFC 3261 §9.1: a callee that never answers the cancelled INVITE is given up after 64*T1.
        timeout = min(timeout, now.advanced(byMilliseconds: timers.lateResponse))
        return .sendCancel
    }

    private mutating func receiveCancelResponse() -> ClientTransactionActions {
        stopCancel()
        return []
    }

    private mutating func stopCancel() {
        if cancellation == .sent { cancellation = .answered }
        cancelRetransmission.stop()
        cancelTimeout = .never
    }

    // MARK: Failures

    private mutating func fail(at now: MonotonicInstant) -> ClientTransactionActions {
        guard isPending else { return [] }
        finish(.completed, at: now)
        return .reportTransportError
    }

    private mutating func expire(at now: MonotonicInstant) -> ClientTransactionActions {
        var actions: ClientTransactionActions = []
        if timeout <= now {
            switch state {
            case .calling:
                finish(.completed, at: now)
                return .reportTimeout
            case .proceeding:
                return expireProceeding(at: now)
            case .completed, .accepted:
                state = .terminated
                timeout = .never
                stopCancel()
                return .terminate
            case .terminated:
                timeout = .never
            }
        }
        if cancelTimeout <= now { stopCancel() }
        if cancelRetransmission.fires(at: now, timers: timers) { actions.insert(.sendCancel) }
        if retransmission.fires(at: now, timers: timers) { actions.insert(.sendRequest) }
        return actions
    }

    /// Timer C: the callee rang but gave no final response, so it is told to stop (RFC 3261 §16.8).
    private mutating func expireProceeding(at now: MonotonicInstant) -> ClientTransactionActions {
        let wasCancelled = cancellation == .sent || cancellation == .answered
        finish(.completed, at: now)
        guard !wasCancelled else { return .reportTimeout }
        cancellation = .sent
        if !isReliable { cancelRetransmission.start(at: now, timers: timers) }
        cancelTimeout = now.advanced(byMilliseconds: timers.finalResponse)
        return [.sendCancel, .reportTimeout]
    }
}
