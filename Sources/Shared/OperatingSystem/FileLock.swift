import Glibc

/// A lock between processes on a file that is made for it and stays; released when this is, or when the process ends.
package final class FileLock: Sendable {
    /// Why the lock was not taken.
    package enum Failure: Error, Sendable, Equatable {
        /// Another process has it.
        case isTaken
        /// The file cannot be opened.
        case system(errorNumber: Int32)
    }

    private let descriptor: Int32

    /// Takes the lock without waiting.
    package init(path: String) throws(Failure) {
        // SAFETY: the text lives for the length of the call.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(errorNumber: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let errorNumber = errno
            close(descriptor)
            throw errorNumber == EWOULDBLOCK ? .isTaken : .system(errorNumber: errorNumber)
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
