import Glibc
import OperatingSystem

/// A file that is read piece by piece, or standard input.
package final class InputFile {
    private static let pieceBytes = 256 * 1024

    private let descriptor: Int32
    /// What messages call it: the path, or `standard input`.
    package let name: String
    private var buffer: [UInt8] = []
    private var position = 0

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `CommandFailure` with `noInput` when it cannot be read.
    package init(path: String) throws(CommandFailure) {
        if path == "-" {
            descriptor = STDIN_FILENO
            name = "standard input"
            return
        }
        name = path
        // SAFETY: the path is a NUL-terminated copy for the length of the call.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(.noInput, "cannot read '\(path)': \(ErrorText.of(errno))")
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next byte; nil at the end.
    package func next() throws(CommandFailure) -> UInt8? {
        if position == buffer.count, try !refill() { return nil }
        defer { position += 1 }
        return buffer[position]
    }

    /// The next byte, which stays where it is; nil at the end.
    package func peek() throws(CommandFailure) -> UInt8? {
        if position == buffer.count, try !refill() { return nil }
        return buffer[position]
    }

    /// Everything up to the end.
    ///
    /// - Throws: `badData` when there is more than `bytesMax`.
    package func rest(bytesMax: Int) throws(CommandFailure) -> [UInt8] {
        var result = Array(buffer[position...])
        position = buffer.count
        while try refill() {
            result += buffer
            position = buffer.count
            guard result.count <= bytesMax else {
                throw CommandFailure(.badData, "'\(name)' holds more than \(bytesMax) bytes")
            }
        }
        return result
    }

    private func refill() throws(CommandFailure) -> Bool {
        buffer.removeAll(keepingCapacity: true)
        position = 0
        var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
        while true {
            // SAFETY: reads at most the array's count into it.
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                piece.removeSubrange(count...)
                buffer = piece
                return true
            }
            if count == 0 { return false }
            if errno == EINTR { continue }
            throw CommandFailure(.noInput, "cannot read '\(name)': \(ErrorText.of(errno))")
        }
    }
}
