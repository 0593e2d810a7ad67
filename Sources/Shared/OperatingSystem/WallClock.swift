import Glibc

/// The clock on the wall; may step.
///
/// Timers use the event loop's monotonic clock instead.
package enum WallClock {
    /// Seconds and microseconds since 1970.
    package static var now: (seconds: Int, microseconds: Int) {
        var time = timespec()
        // SAFETY: the kernel fills the structure, which lives on this frame for the length of the call.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (time.tv_sec, time.tv_nsec / 1000)
    }
}
