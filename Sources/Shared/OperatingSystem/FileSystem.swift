import Glibc

/// Folders and files by path; each call answers nil when done, else the system's words for what went wrong.
package enum FileSystem {
    /// Changes the working folder of the process.
    package static func changeFolder(to path: String) -> String? {
        // SAFETY: the path is a Swift string, valid for the call. So in the others.
        unsafe chdir(path) == 0 ? nil : ErrorText.of(errno)
    }

    /// Makes a folder with mode 0755; one that exists is good too.
    package static func makeFolder(_ path: String) -> String? {
        // SAFETY: as above.
        unsafe mkdir(path, 0o755) == 0 || errno == EEXIST ? nil : ErrorText.of(errno)
    }

    /// Removes a file.
    @discardableResult
    package static func remove(_ path: String) -> String? {
        // SAFETY: as above.
        unsafe unlink(path) == 0 ? nil : ErrorText.of(errno)
    }
}
