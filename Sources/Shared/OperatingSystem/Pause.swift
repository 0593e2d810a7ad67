import Glibc

/// Waiting in a tool that has nothing else to do.
package enum Pause {
    /// Sleeps for a while; a signal may end it early.
    package static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        // SAFETY: the structure lives on this frame for the length of the call.
        _ = unsafe nanosleep(&time, nil)
    }
}
