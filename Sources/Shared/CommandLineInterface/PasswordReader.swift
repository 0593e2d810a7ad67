import Glibc

/// Reads passwords from a terminal without showing them, or from standard input.
package enum PasswordReader {
    /// Longest line that is read; longer input is refused, not cut.
    private static let lengthMax = 1024

    /// Asks for a password on the terminal, twice when `confirming`.
    ///
    /// - Throws: `CommandFailure` with `usage` when standard input is no terminal, because a script must not hang in a
    ///   prompt, and `badData` when the two differ.
    package static func prompt(
        _ question: String, confirming: Bool, console: Console
    ) throws(CommandFailure) -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .usage, "no password is given and standard input is no terminal",
                hint: "use --password-stdin: printf '%s' \"$PASSWORD\" | ... --password-stdin")
        }
        let first = try ask(question, console)
        guard confirming else { return first }
        let second = try ask("again: ", console)
        guard first == second else { throw CommandFailure(.badData, "the two passwords are not the same") }
        return first
    }

    /// Reads the first line of standard input, without its line end.
    package static func standardInput() throws(CommandFailure) -> String {
        try line()
    }

    /// Reads the first line of a file, without its line end.
    package static func file(_ path: String) throws(CommandFailure) -> String {
        let input = try InputFile(path: path)
        var bytes: [UInt8] = []
        while let byte = try input.next(), byte != 0x0A {
            bytes.append(byte)
            guard bytes.count <= lengthMax else { throw tooLong }
        }
        return try text(bytes)
    }

    private static func ask(_ question: String, _ console: Console) throws(CommandFailure) -> String {
        console.message(question)
        var saved = termios()
        // SAFETY: both calls get a pointer to a local termios that lives longer than the call.
        guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else {
            throw CommandFailure(.inputOutput, "cannot read the terminal's settings: \(Console.text(ofError: errno))")
        }
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO)
        // SAFETY: as above.
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw CommandFailure(.inputOutput, "cannot silence the terminal: \(Console.text(ofError: errno))")
        }
        defer {
            // SAFETY: as above.
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
            console.message("\n")
        }
        return try line()
    }

    /// Reads byte by byte, so that nothing behind the line end is taken away from whoever reads next.
    private static func line() throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            // SAFETY: reads at most one byte into a local variable.
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandFailure(.inputOutput, "cannot read standard input: \(Console.text(ofError: errno))")
            }
            if count == 0 || byte == 0x0A { break }
            bytes.append(byte)
            guard bytes.count <= lengthMax else { throw tooLong }
        }
        return try text(bytes)
    }

    private static var tooLong: CommandFailure {
        CommandFailure(.badData, "the password is longer than \(lengthMax) bytes")
    }

    private static func text(_ bytes: [UInt8]) throws(CommandFailure) -> String {
        var bytes = bytes
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "the password is not valid UTF-8")
        }
        return text
    }
}
