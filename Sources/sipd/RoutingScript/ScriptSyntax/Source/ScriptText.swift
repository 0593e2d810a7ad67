/// Bytes of a configuration that are data: a string after its escapes, or a variable as it was written.
///
/// Configurations need not be UTF-8 and `"\xff"` is legal, so the bytes are kept as they are; `string` is for
/// names and messages.
package struct ScriptText: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The bytes without quotes and with escapes done.
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ string: String) {
        bytes = Array(string.utf8)
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// The text as UTF-8; bytes that are not UTF-8 become U+FFFD.
    package var string: String { String(decoding: bytes, as: UTF8.self) }
    package var description: String { string }
}
