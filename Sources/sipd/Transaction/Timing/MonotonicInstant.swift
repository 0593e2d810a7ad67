/// A point on the monotonic clock that drives transactions, in whole milliseconds since an arbitrary start.
///
/// The state machines never read a clock; whoever drives them passes the present moment in.
package struct MonotonicInstant: Comparable, Hashable, Sendable {
    /// Milliseconds since the clock's start.
    package let milliseconds: UInt64

    /// An instant that is never reached: the deadline of a timer that does not run.
    package static let never = MonotonicInstant(milliseconds: .max)

    /// The start of the clock.
    package static let zero = MonotonicInstant(milliseconds: 0)

    /// Makes the instant `milliseconds` after the start of the clock.
    package init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    /// Whether this deadline is a moment that will come, not `never`.
    package var isSet: Bool { self != .never }

    /// The instant `milliseconds` later; it saturates at `never`.
    package func advanced(byMilliseconds milliseconds: UInt32) -> MonotonicInstant {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(UInt64(milliseconds))
        return overflow ? .never : MonotonicInstant(milliseconds: sum)
    }

    /// Milliseconds from `earlier` to this instant, 0 when it is not earlier.
    package func milliseconds(since earlier: MonotonicInstant) -> UInt64 {
        milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0
    }

    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
