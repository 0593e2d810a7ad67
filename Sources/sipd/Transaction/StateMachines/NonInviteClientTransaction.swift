/// The client side of any request but INVITE and ACK (RFC 3261 §17.1.2).
///
/// Pure: the owner sends what the actions say and calls `receive(.timer)` when `deadline` has come.
package struct NonInviteClientTransaction: Hashable, Sendable {
    /// The states of RFC 3261 figure 6.
    package enum State: Hashable, Sendable {
        /// The request was sent, nothing came back.
        case trying
        /// A provisional response came.
        case proceeding
        /// A final response came, or the request failed locally; retransmitted responses are absorbed.
        case completed
        /// Nothing is left to do.
        case terminated
    }

    /// Where the transaction stands.
    package private(set) var state: State = .trying
    private var timers: TransactionTimers
    private let isReliable: Bool
    private var timeout: MonotonicInstant
    private var retransmission = RetransmissionTimer()

    /// Starts the transaction; the owner sends the request now.
    ///
    /// `isReliable` tells that the transport retransmits by itself (TCP, TLS, WebSocket).
    package init(at now: MonotonicInstant, isReliable: Bool, timers: TransactionTimers) {
        self.timers = timers
        self.isReliable = isReliable
        timeout = now.advanced(byMilliseconds: min(timers.finalResponse, timers.nonInviteLifetime))
        if !isReliable { retransmission.start(at: now, timers: timers) }
    }

    /// Whether a final response is still awaited.
    package var isPending: Bool { state == .trying || state == .proceeding }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant { min(timeout, retransmission.deadline) }

    /// Replaces the timers of the running transaction and restarts the one for the final response (Kamailio: tm
    /// `t_set_fr()`).
    package mutating func setTimers(_ timers: TransactionTimers, at now: MonotonicInstant) {
        self.timers = timers
        guard isPending else { return }
        timeout = now.advanced(byMilliseconds: min(timers.finalResponse, timers.nonInviteLifetime))
    }

    /// Takes in one event and says what is to be done about it.
    package mutating func receive(_ event: ClientTransactionEvent, at now: MonotonicInstant)
        -> ClientTransactionActions
    {
        switch event {
        case .response(let code): return receiveResponse(code, at: now)
        case .cancelResponse, .cancel: return []
        case .transportError:
            guard isPending else { return [] }
            finish(at: now)
            return .reportTransportError
        case .timer: return expire(at: now)
        }
    }

    private mutating func receiveResponse(_ code: Int, at now: MonotonicInstant) -> ClientTransactionActions {
        guard isPending else { return [] }
        if code < 200 {
            state = .proceeding
            if !isReliable { retransmission.slowDown(at: now, timers: timers) }
        } else {
            finish(at: now)
        }
        return .passResponse
    }

    private mutating func finish(at now: MonotonicInstant) {
        state = .completed
        retransmission.stop()
        timeout = now.advanced(byMilliseconds: isReliable ? 0 : timers.wait)
    }

    private mutating func expire(at now: MonotonicInstant) -> ClientTransactionActions {
        if timeout <= now {
            switch state {
            case .trying, .proceeding:
                finish(at: now)
                return .reportTimeout
            case .completed:
                state = .terminated
                timeout = .never
                return .terminate
            case .terminated:
                timeout = .never
            }
        }
        return retransmission.fires(at: now, timers: timers) ? .sendRequest : []
    }
}
