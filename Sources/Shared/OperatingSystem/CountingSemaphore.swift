import Glibc

/// A counting semaphore with a time-out that the wall clock does not influence.
///
/// It blocks the thread: never wait on an event loop.
@safe package final class CountingSemaphore: Sendable {
    /// What the two pthread objects protect.
    // SAFETY: only touched through the pointer below, as said there.
    @unsafe private struct Storage {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
        var permits: Int
    }

    // SAFETY: the address is fixed from init to deinit, and `permits` is only touched with the mutex locked.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Storage>

    /// Makes a semaphore with a number of permits to begin with.
    package init(permits: Int) {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: Storage(permits: permits))
        unsafe pthread_mutex_init(&storage.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(&storage.pointee.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        // SAFETY: nobody waits, because a waiter would hold a reference.
        unsafe pthread_cond_destroy(&storage.pointee.condition)
        unsafe pthread_mutex_destroy(&storage.pointee.mutex)
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// Waits for a permit: true when one was taken, false after the time-out.
    package func wait(for timeout: Duration) -> Bool {
        // SAFETY: as for `storage`; the deadline is a local variable.
        var deadline = Self.deadline(in: timeout)
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        defer { unsafe pthread_mutex_unlock(&storage.pointee.mutex) }
        while unsafe storage.pointee.permits == 0 {
            let code = unsafe pthread_cond_timedwait(&storage.pointee.condition, &storage.pointee.mutex, &deadline)
            if code == ETIMEDOUT { break }
        }
        guard unsafe storage.pointee.permits > 0 else { return false }
        unsafe storage.pointee.permits -= 1
        return true
    }

    private static func deadline(in timeout: Duration) -> timespec {
        var deadline = timespec()
        // SAFETY: the kernel fills the structure, which lives on this frame for the length of the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = timeout.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        // A century is as good as for ever, and cannot overflow.
        deadline.tv_sec += min(Int(clamping: seconds), 3_155_760_000) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return deadline
    }

    /// Gives a permit back.
    package func signal() {
        // SAFETY: as for `storage`.
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        unsafe storage.pointee.permits += 1
        unsafe pthread_cond_signal(&storage.pointee.condition)
        unsafe pthread_mutex_unlock(&storage.pointee.mutex)
    }
}
