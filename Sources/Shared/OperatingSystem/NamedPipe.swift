import Glibc

/// Named pipes in the file system (FIFOs).
package enum NamedPipe {
    /// Makes a pipe in place of one that is there; 0 or the error number, EEXIST when something else is there.
    package static func make(_ path: String, mode: UInt32) -> Int32 {
        if let kind = FileEntry.kind(of: path) {
            guard kind == .pipe else { return EEXIST }
            let failure = FileEntry.remove(path)
            guard failure == 0 else { return failure }
        }
        // SAFETY: the path is a Swift string, valid for the call.
        guard unsafe mkfifo(path, mode) == 0 else { return errno }
        // What the process masks out of new files is not meant for this one.
        return FileEntry.setMode(mode, of: path)
    }

    /// Opens a pipe to read what all that write to it write, without an end when the last of them closes.
    package static func openReader(_ path: String) -> Result<Int32, SystemError> {
        open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    }

    /// Opens a pipe to write to the one who reads it; ENXIO when nobody does, EINVAL when it is no pipe.
    package static func openWriter(_ path: String) -> Result<Int32, SystemError> {
        open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    }

    /// The number of an error of the system.
    package struct SystemError: Error, Sendable, Hashable {
        /// `errno`.
        package let number: Int32

        /// Takes a number.
        package init(number: Int32) {
            self.number = number
        }
    }

    private static func open(_ path: String, _ flags: Int32) -> Result<Int32, SystemError> {
        // SAFETY: the path is a Swift string, valid for the call.
        let descriptor = unsafe Glibc.open(path, flags)
        guard descriptor >= 0 else { return .failure(SystemError(number: errno)) }
        var status = stat()
        // SAFETY: the call fills the structure.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO,
            status.st_nlink == 1
        else {
            close(descriptor)
            return .failure(SystemError(number: EINVAL))
        }
        return .success(descriptor)
    }
}
