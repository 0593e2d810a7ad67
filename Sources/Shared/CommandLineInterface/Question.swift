import Glibc

/// Asks the person at the terminal.
package enum Question {
    /// The answer, or nil when standard input is no terminal: a script must not hang in a prompt.
    package static func ask(_ question: String, _ console: Console) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        console.message(question)
        return readLine() ?? ""
    }
}
