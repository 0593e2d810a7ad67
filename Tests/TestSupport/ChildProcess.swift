import Glibc

/// Runs other programs.
package enum ChildProcess {
    /// What a program did.
    package struct Result: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it, 127 when it could not be started.
        package var exitCode: Int32
        /// What it wrote to standard output.
        package var output: String
        /// What it wrote to standard error.
        package var messages: String
    }

    /// Runs a program, an absolute path, to its end; standard input is empty.
    ///
    /// Without an environment of its own it gets this process's.
    package static func run(
        _ path: String, _ arguments: [String], environment: [String: String]? = nil
    ) -> Result {
        let output = TemporaryFile()
        let messages = TemporaryFile()
        let pid = spawn(
            path, arguments, environment, [STDOUT_FILENO: output.descriptor, STDERR_FILENO: messages.descriptor])
        guard let pid else { return Result(exitCode: 127, output: "", messages: "cannot start \(path)") }
        return Result(exitCode: wait(for: pid), output: output.text, messages: messages.text)
    }

    /// The absolute path of an installed program, or nil.
    package static func find(_ name: String) -> String? {
        ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].map { "\($0)/\(name)" }
            // SAFETY: the path is a NUL-terminated copy for the length of the call.
            .first { unsafe access($0, X_OK) == 0 }
    }

    static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        // SAFETY: the status is a local variable.
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Starts a program; descriptors that are not named are /dev/null.
    static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String]?, _ descriptors: [Int32: Int32]
    ) -> pid_t? {
        // SAFETY: the C strings are freed after the call, both arrays end with nil, and the actions are local.
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var settings: [UnsafeMutablePointer<CChar>?] =
            unsafe (environment ?? [:]).map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe settings.forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for target in STDIN_FILENO...STDERR_FILENO {
            if let source = descriptors[target] {
                unsafe posix_spawn_file_actions_adddup2(&actions, source, target)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            }
        }
        // The test runner blocks signals that a shell needs to wait for its children.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid: pid_t = 0
        let code =
            environment == nil
            ? unsafe posix_spawn(&pid, path, &actions, &attributes, &words, environ)
            : unsafe posix_spawn(&pid, path, &actions, &attributes, &words, &settings)
        return code == 0 ? pid : nil
    }
}

/// A file without a name that a child writes into.
private final class TemporaryFile {
    let descriptor: Int32

    init() {
        // SAFETY: mkstemp writes into the array it is given, which ends with NUL.
        var name = "/tmp/sipd-test.XXXXXX".utf8CString.map { $0 }
        descriptor = unsafe mkstemp(&name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unsafe unlink(&name)
    }

    deinit { close(descriptor) }

    var text: String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        var offset = 0
        while true {
            // SAFETY: reads at most the array's count into it.
            let count = unsafe pread(descriptor, &piece, piece.count, offset)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
            offset += count
        }
    }
}
