/// The server side of an INVITE (RFC 3261 §17.2.1, RFC 6026 §8.5).
///
/// Pure: the owner sends what the actions say and calls `receive(.timer)` when `deadline` has come.
package struct InviteServerTransaction: Hashable, Sendable {
    /// The states of RFC 6026 figure 5.
    package enum State: Hashable, Sendable {
        /// No final reply yet.
        case proceeding
        /// A final reply of 300 and above was sent, its ACK is awaited.
        case completed
        /// The ACK came.
        case confirmed
        /// A 2xx was sent; further ones are passed through.
        case accepted
        /// Nothing is left to do.
        case terminated
    }

    /// Where the transaction stands.
    package private(set) var state: State = .proceeding
    private var timers: TransactionTimers
    private let isReliable: Bool
    private var timeout: MonotonicInstant = .never
    private var retransmission = RetransmissionTimer()

    /// Starts the transaction of a request that has just come.
    ///
    /// `isReliable` tells that the transport retransmits by itself (TCP, TLS, WebSocket).
    package init(isReliable: Bool, timers: TransactionTimers) {
        self.isReliable = isReliable
        self.timers = timers
    }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant { min(timeout, retransmission.deadline) }

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
            // A repeated INVITE that arrives after the ACK was overtaken by it and needs no answer.
            return state == .confirmed || state == .terminated ? [] : .resendReply
        case .ack: return receiveAck(at: now)
        case .reply(let code, let isOwn): return reply(code, isOwn: isOwn, at: now)
        case .release:
            if state == .proceeding { wait(in: .confirmed, at: now) }
            return []
        case .timer: return expire(at: now)
        }
    }

    private mutating func receiveAck(at now: MonotonicInstant) -> ServerTransactionActions {
        switch state {
        case .completed:
            wait(in: .confirmed, at: now)
        case .accepted:
            if retransmission.deadline.isSet { wait(in: .accepted, at: now) }
        case .proceeding, .confirmed, .terminated:
            break
        }
        return []
    }

    private mutating func reply(_ code: Int, isOwn: Bool, at now: MonotonicInstant) -> ServerTransactionActions {
        switch state {
        case .proceeding:
            if code < 200 { return .sendReply }
            if code < 300, !isOwn {
                wait(in: .accepted, at: now)
                return .sendReply
            }
            state = code < 300 ? .accepted : .completed
            timeout = now.advanced(byMilliseconds: timers.finalResponse)
            if code < 300 || !isReliable { retransmission.start(at: now, timers: timers) }
            return .sendReply
        case .completed, .confirmed, .accepted:
            // RFC 3261 §16.7 step 5: every 2xx to an INVITE is forwarded, whatever was sent before.
            guard (200..<300).contains(code), !isOwn else { return [] }
            if state == .completed { wait(in: .accepted, at: now) }
            return .sendReply
        case .terminated:
            return []
        }
    }

    private mutating func wait(in next: State, at now: MonotonicInstant) {
        state = next
        retransmission.stop()
        timeout = now.advanced(byMilliseconds: timers.wait)
    }

    private mutating func expire(at now: MonotonicInstant) -> ServerTransactionActions {
        if timeout <= now {
            switch state {
            case .completed:
                wait(in: .confirmed, at: now)
                return .reportMissingAck
            case .accepted where retransmission.deadline.isSet:
                wait(in: .accepted, at: now)
                return .reportMissingAck
            case .confirmed, .accepted:
                state = .terminated
                timeout = .never
                return .terminate
            case .proceeding, .terminated:
                timeout = .never
            }
        }
        return retransmission.fires(at: now, timers: timers) ? .resendReply : []
    }
}
