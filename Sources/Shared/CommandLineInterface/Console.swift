import Glibc

/// Standard output and standard error of a program: data only on the first, messages only on the second.
///
/// Output is collected and written in large pieces; `flush` writes the rest and tells when a piece could not be written.
package final class Console {
    /// Where the bytes of one stream go: a file descriptor, or memory in a test.
    package enum Destination {
        /// An open file descriptor, which stays open.
        case descriptor(Int32)
        /// Kept in memory; see `Console.capturedOutput`.
        case memory
    }

    private static let bufferBytesMax = 64 * 1024

    private let output: Destination
    private let messages: Destination
    private var buffer: [UInt8] = []
    private var captured: [UInt8] = []
    private var capturedMessageBytes: [UInt8] = []
    private var writeError: Int32?
    private let usesColour: Bool
    /// When true, `note` says nothing.
    package var isQuiet = false
    /// What a command that did its work exits with instead of 0, when the caller asked for that.
    package var exitCode: Int32?
    /// What a program keeps between the commands that it runs one after another.
    package var context: AnyObject?

    /// The console of this process.
    package convenience init(environment: Environment) {
        self.init(output: .descriptor(STDOUT_FILENO), messages: .descriptor(STDERR_FILENO), environment: environment)
    }

    /// A console that writes to given places.
    package init(output: Destination, messages: Destination, environment: Environment) {
        self.output = output
        self.messages = messages
        usesColour =
            Self.isTerminal(messages) && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }

    /// Whether data goes to a terminal, where a person reads it.
    package var outputIsTerminal: Bool { Self.isTerminal(output) }

    /// Whether messages go to a terminal, where a person sees progress.
    package var messagesAreOnTerminal: Bool { Self.isTerminal(messages) }

    /// What was written so far to an output in memory.
    package var capturedOutput: String { String(decoding: captured, as: UTF8.self) }

    /// What was written so far to messages in memory.
    package var capturedMessages: String { String(decoding: capturedMessageBytes, as: UTF8.self) }

    // MARK: Data

    /// Writes text to standard output.
    package func write(_ text: String) {
        var text = text
        // SAFETY: the bytes are copied inside the closure, for whose length they are valid.
        text.withUTF8 { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferBytesMax { drain() }
    }

    /// Writes bytes to standard output.
    package func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytesMax { drain() }
    }

    /// Writes what is still collected.
    ///
    /// - Throws: `CommandFailure` with `inputOutput` when this or an earlier piece could not be written.
    package func flush() throws(CommandFailure) {
        drain()
        guard let error = writeError else { return }
        throw CommandFailure(.inputOutput, "cannot write to standard output: \(Self.text(ofError: error))")
    }

    /// True once standard output refused a piece; long listings stop then.
    package var hasFailed: Bool { writeError != nil }

    private func drain() {
        guard !buffer.isEmpty else { return }
        switch output {
        case .memory: captured.append(contentsOf: buffer)
        case .descriptor(let descriptor):
            if writeError == nil { writeError = Self.write(buffer, to: descriptor) }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    // MARK: Messages

    /// Tells the user something on standard error, unless `--quiet` was given.
    package func note(_ text: String) {
        if !isQuiet { message(text + "\n") }
    }

    /// Reports a failure: `sipctl: MESSAGE`, then `hint: HINT`.
    package func report(_ failure: CommandFailure, program: String) {
        drain()
        message("\(coloured(program + ":", "31")) \(TextEscape.controls(failure.message, keepNewlines: true))\n")
        if let hint = failure.hint {
            message("\(coloured("hint:", "36")) \(TextEscape.controls(hint, keepNewlines: true))\n")
        }
    }

    /// Writes to standard error as it is; prompts and progress use it.
    package func message(_ text: String) {
        switch messages {
        case .memory: capturedMessageBytes.append(contentsOf: text.utf8)
        case .descriptor(let descriptor): _ = Self.write(Array(text.utf8), to: descriptor)
        }
    }

    private func coloured(_ text: String, _ code: String) -> String {
        usesColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    // MARK: Descriptors

    private static func isTerminal(_ destination: Destination) -> Bool {
        switch destination {
        case .memory: false
        case .descriptor(let descriptor): isatty(descriptor) == 1
        }
    }

    /// Writes all bytes; returns the error number when it cannot.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var offset = 0
        while offset < bytes.count {
            // SAFETY: the pointer is valid inside the closure, and offset is below the array's count.
            let count = unsafe bytes.withUnsafeBytes { pointer in
                unsafe Glibc.write(descriptor, pointer.baseAddress?.advanced(by: offset), pointer.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += count
        }
        return nil
    }

    static func text(ofError number: Int32) -> String {
        // SAFETY: strerror returns a NUL-terminated string that is copied at once; the tools are single-threaded here.
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
