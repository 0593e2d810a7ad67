import Glibc
import OperatingSystem

/// Runs another program; never through a shell.
package enum ChildProcess {
    /// Where the program's standard output goes.
    package enum Output {
        /// To where this program's goes.
        case inherited
        /// Into memory, up to so many bytes.
        case memory(bytesMax: Int)
        /// Nowhere, together with its messages.
        case nowhere
    }

    /// What the program did.
    package struct Result: Sendable {
        /// Its exit code; 128 and the number of the signal that ended it.
        package var exitCode: Int32
        /// What it wrote, when that went into memory.
        package var output: [UInt8]
    }

    /// Starts a program and waits for its end; `words` begins with its name, which is looked for in `PATH`.
    ///
    /// - Throws: `CommandFailure` with `unavailable` when it cannot be started, and `badData` when it writes too much.
    package static func run(_ words: [String], output: Output = .inherited) throws(CommandFailure) -> Result {
        var ends: [Int32] = [-1, -1]
        if case .memory = output {
            // SAFETY: pipe writes two descriptors into the array.
            guard unsafe pipe(&ends) == 0 else {
                throw CommandFailure(.softwareFault, "cannot make a pipe: \(ErrorText.of(errno))")
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        let pid: pid_t
        do throws(CommandFailure) {
            pid = try spawn(words, output, ends[1])
        } catch {
            for end in ends where end >= 0 { close(end) }
            throw error
        }
        if ends[1] >= 0 { close(ends[1]) }
        var bytes: [UInt8]? = []
        if case .memory(let bytesMax) = output {
            bytes = collect(ends[0], bytesMax)
            close(ends[0])
        }
        let code = wait(for: pid)
        guard let bytes else { throw CommandFailure(.badData, "'\(words[0])' writes too much") }
        return Result(exitCode: code, output: bytes)
    }

    private static func spawn(_ words: [String], _ output: Output, _ end: Int32) throws(CommandFailure) -> pid_t {
        guard let program = words.first else { throw CommandFailure(.softwareFault, "no program to start") }
        // SAFETY: the C strings are freed after the call, the array ends with nil, and the actions are local.
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        // SAFETY: initialised by the next line, destroyed on every way out.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        switch output {
        case .inherited: break
        case .memory: unsafe posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO)
        case .nowhere:
            unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_RDWR, 0)
            unsafe posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        }
        var pid: pid_t = 0
        // SAFETY: all pointers live for the length of the call.
        let code = unsafe posix_spawnp(&pid, program, &actions, nil, &arguments, environ)
        guard code == 0 else {
            throw CommandFailure(.unavailable, "cannot start '\(program)': \(ErrorText.of(code))")
        }
        return pid
    }

    private static func collect(_ descriptor: Int32, _ bytesMax: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            // SAFETY: reads at most the array's count into it.
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= bytesMax else { return nil }
        }
    }

    private static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        // SAFETY: the status is a local variable.
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
