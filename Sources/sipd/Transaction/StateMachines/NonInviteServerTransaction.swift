/// The server side of any request but INVITE and ACK (RFC 3261 §17.2.2).
///
/// Pure: the owner sends what the actions say and calls `receive(.timer)` when `deadline` has come.
package struct NonInviteServerTransaction: Hashable, Sendable {
    /// The states of RFC 3261 figure 8.
    package enum State: Hashable, Sendable {
        /// Nothing was answered yet.
        case trying
        /// A provisional reply was sent.
        case proceeding
        /// A final reply was sent; it is repeated for each retransmission.
        case completed
        /// Nothing is left to do.
        case terminated
    }

    /// Where the transaction stands.
    package private(set) var state: State = .trying
    private var timers: TransactionTimers
    private var timeout: MonotonicInstant = .never

    /// Starts the transaction of a request that has just come.
    package init(timers: TransactionTimers) {
        self.timers = timers
    }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant { timeout }

    /// Replaces the timers; those already running keep going.
    package mutating func setTimers(_ timers: TransactionTimers) {
        self.timers = timers
    }

    /// Takes in one event and says what is to be done about it.
    package mutating func receive(_ event: ServerTransactionEvent, at now: MonotonicInstant)
        -> ServerTransactionActions
    {
        switch event {
        case .retransmission:
            return state == .proceeding || state == .completed ? .resendReply : []
        case .ack:
            return []
        case .reply(let code, _):
            guard state == .trying || state == .proceeding else { return [] }
            if code < 200 { state = .proceeding } else { complete(at: now) }
            return .sendReply
        case .release:
            if state == .trying || state == .proceeding { complete(at: now) }
            return []
        case .timer:
            guard state == .completed, timeout <= now else { return [] }
            state = .terminated
            timeout = .never
            return .terminate
        }
    }

    private mutating func complete(at now: MonotonicInstant) {
        state = .completed
        timeout = now.advanced(byMilliseconds: timers.wait)
    }
}
