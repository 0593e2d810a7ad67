// The functions that touch every byte of a message. They stay inside this module, where they are specialised and inlined.
extension Span<UInt8> {
    /// Moves a position forward over whitespace.
    @inline(__always)
    func skipWhitespace(_ position: inout Int, to end: Int) {
        while position < end, self[position].isWhitespace { position += 1 }
    }

    /// The end of a part without the whitespace in front of it.
    @inline(__always)
    func trimmedEnd(from start: Int, to end: Int) -> Int {
        var end = end
        while end > start, self[end - 1].isWhitespace { end -= 1 }
        return end
    }

    /// The position behind the quoted string that starts at `start`, or nil if it is not closed.
    func endOfQuotedString(from start: Int, to end: Int) -> Int? {
        var position = start + 1
        while position < end {
            let byte = self[position]
            if byte == 0x22 { return position + 1 }
            position += byte == 0x5C ? 2 : 1
        }
        return nil
    }

    /// Compares a part with a lower-case literal without regard to case.
    func matches(ignoringCase literal: StaticString, from start: Int, to end: Int) -> Bool {
        guard end - start == literal.utf8CodeUnitCount else { return false }
        // SAFETY: a literal's storage is immortal, and the index stays below its count, which equals `end - start`.
        let text = unsafe UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        var offset = 0
        while offset < end - start {
            if unsafe self[start + offset].lowercase != text[offset] { return false }
            offset += 1
        }
        return true
    }

    /// Compares a part with a literal.
    func matches(exactly literal: StaticString, from start: Int, to end: Int) -> Bool {
        guard end - start == literal.utf8CodeUnitCount else { return false }
        // SAFETY: a literal's storage is immortal, and the index stays below its count, which equals `end - start`.
        let text = unsafe UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        var offset = 0
        while offset < end - start {
            if unsafe self[start + offset] != text[offset] { return false }
            offset += 1
        }
        return true
    }

    /// Reads a decimal number without sign, or nil if it is empty, has another byte or exceeds `limit`.
    func decimal(from start: Int, to end: Int, limit: Int) -> Int? {
        guard start < end else { return nil }
        var value = 0
        var position = start
        while position < end {
            let digit = self[position] &- 0x30
            guard digit <= 9 else { return nil }
            let (scaled, overflows) = value.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            let (sum, sumOverflows) = scaled.addingReportingOverflow(Int(digit))
            guard !sumOverflows, sum <= limit else { return nil }
            value = sum
            position += 1
        }
        return value
    }
}
