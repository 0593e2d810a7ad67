import Glibc

/// A folder of a test's own, removed with everything in it when the object goes.
package final class TemporaryFolder: Sendable {
    /// The absolute path, without a slash at the end.
    package let path: String

    /// Makes a new empty folder below TMPDIR or /tmp; with `inMemory` where nothing waits for a disk, if there is such a place.
    package init(_ name: String = "sipd-test", inMemory: Bool = false) {
        let inMemory = unsafe inMemory && access("/dev/shm", W_OK) == 0
        // SAFETY: getenv's text is copied at once; mkdtemp writes into the array it is given.
        let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        let parent = inMemory ? "/dev/shm" : temporary
        var template = "\(parent)/\(name).XXXXXX".utf8CString.map { $0 }
        guard unsafe mkdtemp(&template) != nil else { fatalError("cannot make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = ChildProcess.run("/bin/rm", ["-rf", path]) }
}
