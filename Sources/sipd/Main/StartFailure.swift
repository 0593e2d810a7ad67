import CommandLineInterface
import ControlServer

/// Why the daemon does not start, in one line, and the exit code that says so to the shell.
struct StartFailure: Error, CustomStringConvertible {
    /// What is wrong: lower-case start, values quoted.
    let message: String
    /// What to do next, or nil.
    let hint: String?
    /// The exit code.
    let exitCode: ExitCode

    init(_ message: String, hint: String? = nil, exitCode: ExitCode = .configuration) {
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    init(control error: ControlServerError) {
        self.init("\(error)", hint: error.hint, exitCode: error.isInUse ? .alreadyExists : .configuration)
    }

    var description: String {
        "sipd: \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
    }
}
