// Searching and comparing eight bytes at a time.

/// Eight copies of the lowest bit of a byte.
private let lowBits: UInt64 = 0x0101_0101_0101_0101
/// Eight copies of the highest bit of a byte.
private let highBits: UInt64 = 0x8080_8080_8080_8080

/// Eight bytes as a number, the first in the lowest bits; `offset + 8` must not exceed the count.
@inline(__always)
func word(_ span: borrowing Span<UInt8>, _ offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset &+ 8 <= span.count)
    // SAFETY: the eight bytes are inside the span, as checked above, and a load needs no alignment.
    return unsafe UInt64(littleEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// Fewer than eight bytes as a number, the first in the lowest bits, the missing ones zero.
@inline(__always)
func partialWord(_ span: borrowing Span<UInt8>, _ offset: Int, _ count: Int) -> UInt64 {
    if offset &+ 8 <= span.count {
        return word(span, offset) & ((1 << UInt64(count * 8)) &- 1)
    }
    var value: UInt64 = 0
    var index = 0
    while index < count {
        value |= UInt64(span[offset + index]) << UInt64(index * 8)
        index += 1
    }
    return value
}

/// Marks the highest bit of bytes that are zero; above the first such byte marks may be wrong.
@inline(__always)
private func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- lowBits) & ~word & highBits
}

/// Puts ASCII letters into lower case.
@inline(__always)
func lowercase(_ word: UInt64) -> UInt64 {
    let lowSeven = word & ~highBits
    let atLeastA = lowSeven &+ lowBits &* (0x80 - 0x41)
    let aboveZ = lowSeven &+ lowBits &* (0x7F - 0x5A)
    let isUpper = (atLeastA ^ aboveZ) & ~word & highBits
    return word | isUpper >> 2
}

/// The position of the first such byte.
func indexOf(_ byte: UInt8, in span: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let end = min(end, span.count)
    let pattern = lowBits &* UInt64(byte)
    var position = start
    while position &+ 8 <= end {
        let found = zeroBytes(word(span, position) ^ pattern)
        if found != 0 { return position + found.trailingZeroBitCount / 8 }
        position += 8
    }
    while position < end {
        if span[position] == byte { return position }
        position += 1
    }
    return nil
}

func bytesAreEqual(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
    let count = left.count
    guard count == right.count else { return false }
    var position = 0
    while position &+ 8 <= count {
        if word(left, position) != word(right, position) { return false }
        position += 8
    }
    return partialWord(left, position, count - position) == partialWord(right, position, count - position)
}

func bytesAreEqualIgnoringCase(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
    let count = left.count
    guard count == right.count else { return false }
    var position = 0
    while position &+ 8 <= count {
        if lowercase(word(left, position)) != lowercase(word(right, position)) { return false }
        position += 8
    }
    return lowercase(partialWord(left, position, count - position))
        == lowercase(partialWord(right, position, count - position))
}
