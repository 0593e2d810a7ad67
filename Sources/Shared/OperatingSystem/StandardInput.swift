import Glibc

/// Standard input, read in pieces; only the program's one thread uses it.
package enum StandardInput {
    private final class Buffer {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var start = 0
        var end = 0
    }

    // SAFETY: the tools read their input on one thread.
    nonisolated(unsafe) private static let buffer = Buffer()

    /// The next byte; nil at the end.
    package static func readByte() -> UInt8? {
        // SAFETY: as above.
        let buffer = unsafe buffer
        if buffer.start == buffer.end {
            while true {
                // SAFETY: the call writes at most as many bytes as the array has.
                let count = unsafe buffer.bytes.withUnsafeMutableBytes {
                    unsafe read(STDIN_FILENO, $0.baseAddress, $0.count)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return nil }
                buffer.start = 0
                buffer.end = count
                break
            }
        }
        defer { buffer.start += 1 }
        return buffer.bytes[buffer.start]
    }
}
