import Glibc

/// The terminal on standard input and output.
package enum Terminal {
    /// Whether a person types and reads.
    package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Rows and columns; 24 by 80 when they are not known.
    package static var size: (rows: Int, columns: Int) {
        var size = winsize()
        // SAFETY: the structure lives on this frame for the length of the call, which fills it.
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Runs the body while keys come one by one and are not shown.
    package static func withKeys<Result>(_ body: () throws -> Result) rethrows -> Result {
        var saved = termios()
        // SAFETY: the structures live on this frame for the length of the calls.
        guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else { return try body() }
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // SAFETY: as above.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        // SAFETY: as above.
        defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &saved) }
        return try body()
    }

    /// The next byte of standard input; nil at its end.
    package static func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            // SAFETY: one byte, for which there is room.
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }
}
