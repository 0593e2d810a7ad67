import OperatingSystem

/// Lines of standard input, of any length up to a bound.
struct InputLines {
    // As long as a request may be.
    private static let bytesMax = 16 << 20
    private var isAtEnd = false

    /// The next line without its break; nil at the end.
    mutating func next() -> String? {
        guard !isAtEnd else { return nil }
        var bytes: [UInt8] = []
        while let byte = StandardInput.readByte() {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            if bytes.count < Self.bytesMax { bytes.append(byte) }
        }
        isAtEnd = true
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
