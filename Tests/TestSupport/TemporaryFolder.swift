import Glibc

/// A folder of a test's own, removed with everything in it when the object goes.
package final class TemporaryFolder: Sendable {
    /// The absolute path, without a slash at the end.
    package let path: String

    /// Makes a new empty folder below TMPDIR or /tmp.
    package init(_ name: String = "sipd-test") {
        // SAFETY: getenv's text is copied at once; mkdtemp writes into the array it is given.
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = "\(parent)/\(name).XXXXXX".utf8CString.map { $0 }
        guard unsafe mkdtemp(&template) != nil else { fatalError("cannot make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = ChildProcess.run("/bin/rm", ["-rf", path]) }
}
