/// A retransmission schedule: the next moment to send again and the interval that led to it.
struct RetransmissionTimer: Hashable, Sendable {
    private(set) var deadline: MonotonicInstant = .never
    private var interval: UInt32 = 0

    /// Starts with T1 from `now`.
    mutating func start(at now: MonotonicInstant, timers: TransactionTimers) {
        interval = timers.retransmissionInitial
        deadline = now.advanced(byMilliseconds: interval)
    }

    /// Goes on with T2 from `now` (a non-INVITE request that got a provisional response, RFC 3261 §17.1.2.2).
    mutating func slowDown(at now: MonotonicInstant, timers: TransactionTimers) {
        interval = max(timers.retransmissionLongest, timers.retransmissionInitial)
        deadline = now.advanced(byMilliseconds: interval)
    }

    mutating func stop() {
        deadline = .never
    }

    /// Whether a retransmission is due; if so the following one is scheduled.
    mutating func fires(at now: MonotonicInstant, timers: TransactionTimers) -> Bool {
        guard deadline <= now else { return false }
        interval = timers.interval(after: interval)
        deadline = now.advanced(byMilliseconds: interval)
        return true
    }
}
