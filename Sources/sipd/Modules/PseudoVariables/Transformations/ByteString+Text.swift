import DigestAuthentication
import SIPMessage
import ScriptEngine

extension UInt8 {
    /// Space, tab, CR and LF.
    var isWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension ByteString {
    /// The text without white space at its start.
    func trimmedAtStart() -> ByteString {
        ByteString(bytes.drop { $0.isWhitespace })
    }

    /// The text without white space at its end.
    func trimmedAtEnd() -> ByteString {
        let last = bytes.lastIndex { !$0.isWhitespace }
        return last.map { ByteString(bytes[...$0]) } ?? ""
    }

    /// What stands between two given bytes at both ends, or nil when they are not there.
    func withoutEnds(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> ByteString? {
        guard count >= 2, self.first == UInt8(ascii: first), self.last == UInt8(ascii: last) else { return nil }
        return dropFirst().dropLast()
    }

    /// The text with each occurrence of another one replaced; an empty one occurs nowhere.
    func replacing(_ match: ByteString, with replacement: ByteString) -> ByteString {
        guard !match.isEmpty, range(of: match) != nil else { return self }
        var result: [UInt8] = []
        var rest = self
        while let found = rest.range(of: match) {
            result.append(contentsOf: rest.bytes[..<found.lowerBound])
            result.append(contentsOf: replacement.bytes)
            rest = ByteString(rest.bytes[found.upperBound...])
        }
        result.append(contentsOf: rest.bytes)
        return ByteString(result)
    }

    /// The number that the whole text is, in decimal and 32 bits; nil for anything else.
    var decimalNumber: Int? {
        integerValue.flatMap { Int32(exactly: $0) }.map { Int($0) }
    }
}

extension ScriptValue {
    /// Whether the value is an integer without a text of its own.
    var isInteger: Bool {
        if case .integer = self { true } else { false }
    }
}

extension HashFunction {
    /// The hash in hexadecimal digits.
    func hexadecimalText(of text: ByteString) -> ByteString {
        ByteString(hexadecimal(of: text.bytes))
    }
}
