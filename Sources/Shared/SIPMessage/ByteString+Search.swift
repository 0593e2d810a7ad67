extension ByteString {
    /// Compares without regard to the case of ASCII letters, as SIP does for names and tokens (RFC 3261 §7.3.1).
    package func equalsIgnoringCase(_ other: ByteString) -> Bool {
        bytes.span.isEqualIgnoringCase(to: other.bytes.span)
    }

    /// Compares with a text without regard to the case of ASCII letters; allocates nothing for a literal.
    package func equalsIgnoringCase(_ text: String) -> Bool {
        bytes.span.isEqualIgnoringCase(to: text.utf8.span)
    }

    /// Tells whether the value begins with these bytes.
    package func hasPrefix(_ prefix: ByteString) -> Bool {
        self.prefix(prefix.count) == prefix
    }

    /// Tells whether the value begins with this text; allocates nothing for a literal.
    package func hasPrefix(_ prefix: String) -> Bool {
        self.prefix(prefix.utf8.count) == prefix
    }

    /// Tells whether the value begins with these bytes, without regard to the case of ASCII letters.
    package func hasPrefixIgnoringCase(_ prefix: ByteString) -> Bool {
        self.prefix(prefix.count).equalsIgnoringCase(prefix)
    }

    /// Tells whether the value begins with this text, without regard to the case of ASCII letters.
    package func hasPrefixIgnoringCase(_ prefix: String) -> Bool {
        self.prefix(prefix.utf8.count).equalsIgnoringCase(prefix)
    }

    /// Tells whether the value ends with these bytes.
    package func hasSuffix(_ suffix: ByteString) -> Bool {
        self.suffix(suffix.count) == suffix
    }

    /// Tells whether the value ends with this text; allocates nothing for a literal.
    package func hasSuffix(_ suffix: String) -> Bool {
        self.suffix(suffix.utf8.count) == suffix
    }

    /// The first bytes, at most as many as there are; shares the storage.
    package func prefix(_ count: Int) -> ByteString {
        ByteString(bytes.prefix(Swift.max(0, count)))
    }

    /// The last bytes, at most as many as there are; shares the storage.
    package func suffix(_ count: Int) -> ByteString {
        ByteString(bytes.suffix(Swift.max(0, count)))
    }

    /// What remains without the first bytes; shares the storage.
    package func dropFirst(_ count: Int = 1) -> ByteString {
        ByteString(bytes.dropFirst(Swift.max(0, count)))
    }

    /// What remains without the last bytes; shares the storage.
    package func dropLast(_ count: Int = 1) -> ByteString {
        ByteString(bytes.dropLast(Swift.max(0, count)))
    }

    /// The part in a range of the storage's indices, cut to what there is; shares the storage.
    package subscript(_ range: Range<Int>) -> ByteString {
        ByteString(bytes[range.clamped(to: bytes.startIndex..<bytes.endIndex)])
    }

    /// The value without SP, HTAB, CR and LF at both ends; shares the storage.
    package func trimmed() -> ByteString {
        let span = bytes.span
        var start = 0
        var end = span.count
        while start < end, span[start].isWhitespace { start += 1 }
        while end > start, span[end - 1].isWhitespace { end -= 1 }
        return ByteString(bytes[(bytes.startIndex + start)..<(bytes.startIndex + end)])
    }

    /// A copy with ASCII letters in lower case, or the value itself if it has no upper-case letter.
    package func lowercased() -> ByteString {
        guard bytes.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return ByteString(bytes.map { $0.lowercase })
    }

    /// A copy with ASCII letters in upper case, or the value itself if it has no lower-case letter.
    package func uppercased() -> ByteString {
        guard bytes.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else { return self }
        return ByteString(bytes.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 })
    }

    /// The index in the storage of the first such byte.
    package func firstIndex(of byte: UInt8) -> Int? {
        let span = bytes.span
        guard let index = span.firstIndex(of: byte, from: 0, to: span.count) else { return nil }
        return bytes.startIndex + index
    }

    /// The index in the storage of the last such byte.
    package func lastIndex(of byte: UInt8) -> Int? {
        bytes.lastIndex(of: byte)
    }

    /// Tells whether the byte occurs.
    package func contains(_ byte: UInt8) -> Bool {
        firstIndex(of: byte) != nil
    }

    /// Cuts at each such byte; empty pieces are kept, so the result has one piece more than there are separators.
    package func split(on separator: UInt8) -> [ByteString] {
        bytes.split(separator: separator, omittingEmptySubsequences: false).map { ByteString($0) }
    }

    /// The range in the storage of the first occurrence of some bytes.
    ///
    /// An empty text is found at the start. Cost is the product of both lengths at worst.
    package func range(of other: ByteString) -> Range<Int>? {
        let text = bytes.span
        let pattern = other.bytes.span
        guard pattern.count > 0 else { return bytes.startIndex..<bytes.startIndex }
        guard text.count >= pattern.count else { return nil }
        var start = 0
        let last = text.count - pattern.count
        while let candidate = text.firstIndex(of: pattern[0], from: start, to: last + 1) {
            var matched = 1
            while matched < pattern.count, text[candidate + matched] == pattern[matched] { matched += 1 }
            if matched == pattern.count {
                let found = bytes.startIndex + candidate
                return found..<(found + pattern.count)
            }
            start = candidate + 1
        }
        return nil
    }

    /// The value of a decimal number with an optional sign, or nil for anything else, also for what does not fit.
    package var integerValue: Int? {
        let span = bytes.span
        var position = 0
        var isNegative = false
        if span.count > 0, span[0] == 0x2D || span[0] == 0x2B {
            isNegative = span[0] == 0x2D
            position = 1
        }
        guard position < span.count else { return nil }
        // Negative numbers reach one further than positive ones, so the value is built below zero.
        var value = 0
        while position < span.count {
            let digit = span[position] &- 0x30
            guard digit <= 9 else { return nil }
            let (scaled, scaleOverflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = scaled.subtractingReportingOverflow(Int(digit))
            guard !scaleOverflows, !sumOverflows else { return nil }
            value = sum
            position += 1
        }
        if isNegative { return value }
        return value == Int.min ? nil : -value
    }
}
