/// Why a text is not an acceptable JSON document, and where.
package struct JSONParseError: Error, Hashable, CustomStringConvertible {
    /// What was wrong.
    package enum Reason: Sendable, Hashable {
        /// Something other than what the grammar wants here; `found` is nil at the end of the text.
        case unexpected(found: UInt8?, expected: String)
        /// A control character inside a string that had to be escaped.
        case controlCharacter(UInt8)
        /// A sequence of bytes that is not UTF-8.
        case invalidUTF8
        /// A `\` followed by something that is no escape, or half of a surrogate pair.
        case invalidEscape
        /// A number that JSON does not allow or that no `Double` holds.
        case invalidNumber
        /// Arrays and objects inside each other deeper than the limit.
        case tooDeep(limit: Int)
        /// A document with more values than the limit.
        case tooManyValues(limit: Int)
        /// A document longer than the limit.
        case tooLong(limitBytes: Int)
    }

    /// What was wrong.
    package let reason: Reason
    /// The offset of the offending byte from the start of the document, from 0.
    package let offset: Int

    package var description: String {
        switch reason {
        case .unexpected(let found?, let expected):
            "\(Self.name(of: found)) at byte \(offset), expected \(expected)"
        case .unexpected(nil, let expected): "the text ends at byte \(offset), expected \(expected)"
        case .controlCharacter(let byte): "\(Self.name(of: byte)) inside a string at byte \(offset) is not escaped"
        case .invalidUTF8: "invalid UTF-8 at byte \(offset)"
        case .invalidEscape: "invalid escape at byte \(offset)"
        case .invalidNumber: "invalid number at byte \(offset)"
        case .tooDeep(let limit): "nested deeper than \(limit) levels at byte \(offset)"
        case .tooManyValues(let limit): "more than \(limit) values at byte \(offset)"
        case .tooLong(let limitBytes): "longer than \(limitBytes) bytes"
        }
    }

    private static func name(of byte: UInt8) -> String {
        guard (0x21...0x7e).contains(byte) else {
            return byte == 0x20 ? "a blank" : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }
}
