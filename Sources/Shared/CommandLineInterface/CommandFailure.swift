/// Why a command did not do what it was asked to, ready to be printed: `sipctl: MESSAGE`, then `hint: HINT`.
///
/// Layers below throw their own typed errors; a program translates them into this one at its edge (`Program.translate`).
package struct CommandFailure: Error, Equatable, CustomStringConvertible {
    /// What the process exits with; never `success`.
    package var exitCode: ExitCode
    /// What went wrong, possibly on several lines: lower-case start, no full stop, values in single quotes.
    package var message: String
    /// What the user can do about it, best as a command to type.
    package var hint: String?

    /// Creates a failure that is reported on standard error.
    package init(_ exitCode: ExitCode, _ message: String, hint: String? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
    }

    package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}
