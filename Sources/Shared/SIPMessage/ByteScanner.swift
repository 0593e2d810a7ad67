// The functions that touch every byte of a message. They stay inside this module, where they are specialised and inlined.

/// A range relative to the start of a text, or none.
struct TextRange: Hashable, Sendable {
    var start: Int32
    var end: Int32

    static let none = TextRange(start: -1, end: -1)

    init(start: Int32, end: Int32) {
        self.start = start
        self.end = end
    }

    init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    var exists: Bool { start >= 0 }
    var isEmpty: Bool { end <= start }
}

extension ByteString {
    /// The part at a range relative to the start; empty when the range is none.
    func part(_ range: TextRange) -> ByteString {
        guard range.exists else { return ByteString(bytes.prefix(0)) }
        let base = bytes.startIndex
        return self[(base + Int(range.start))..<(base + Int(range.end))]
    }

    /// The part at a range relative to the start, or nil when the range is none.
    func optionalPart(_ range: TextRange) -> ByteString? {
        range.exists ? part(range) : nil
    }

    /// The range in the storage of a range relative to the start, or nil when the range is none.
    func storageRange(_ range: TextRange) -> Range<Int>? {
        guard range.exists else { return nil }
        return (bytes.startIndex + Int(range.start))..<(bytes.startIndex + Int(range.end))
    }
}

@inline(__always)
func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
}

@inline(__always)
func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10
}

/// Tells whether a byte may stand in a token (RFC 3261 §25.1).
@inline(__always)
func isTokenByte(_ byte: UInt8) -> Bool {
    // Bits 0...63: ! % ' * + - . 0-9; bits 64...127: A-Z _ ` a-z ~.
    let mask: UInt64 = byte < 64 ? 0x03FF_6CA2_0000_0000 : 0x47FF_FFFF_87FF_FFFE
    return byte < 128 && (mask >> UInt64(byte & 63)) & 1 == 1
}

func skipWhitespace(_ span: borrowing Span<UInt8>, _ position: inout Int, _ end: Int) {
    while position < end, isWhitespace(span[position]) { position += 1 }
}

/// Moves the end back over whitespace.
func trimEnd(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start, isWhitespace(span[end - 1]) { end -= 1 }
    return end
}

/// The position behind the quoted string that starts at `position`, or nil if it is not closed.
func endOfQuotedString(_ span: borrowing Span<UInt8>, _ position: Int, _ end: Int) -> Int? {
    var position = position + 1
    while position < end {
        let byte = span[position]
        if byte == 0x22 { return position + 1 }
        position += byte == 0x5C ? 2 : 1
    }
    return nil
}

/// Compares a part of a text with a lower-case literal without regard to case.
func matches(
    _ span: borrowing Span<UInt8>, _ start: Int, _ end: Int, ignoringCase literal: StaticString
) -> Bool {
    guard end - start == literal.utf8CodeUnitCount else { return false }
    // SAFETY: a literal's storage is immortal, and the index stays below its count, which equals `end - start`.
    let text = unsafe UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    var offset = 0
    while offset < end - start {
        if unsafe lowercase(span[start + offset]) != text[offset] { return false }
        offset += 1
    }
    return true
}

/// Compares a part of a text with a literal.
func matches(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int, exactly literal: StaticString) -> Bool {
    guard end - start == literal.utf8CodeUnitCount else { return false }
    // SAFETY: a literal's storage is immortal, and the index stays below its count, which equals `end - start`.
    let text = unsafe UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    var offset = 0
    while offset < end - start {
        if unsafe span[start + offset] != text[offset] { return false }
        offset += 1
    }
    return true
}

/// Reads a decimal number without sign, or nil if it is empty, has another byte or exceeds `limit`.
func decimal(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int, limit: Int) -> Int? {
    guard start < end else { return nil }
    var value = 0
    var position = start
    while position < end {
        let digit = span[position] &- 0x30
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
