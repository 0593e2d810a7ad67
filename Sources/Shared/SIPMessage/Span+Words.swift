// Searching and comparing eight bytes at a time.
extension Span<UInt8> {
    /// Eight bytes as a number, the first in the lowest bits; `offset + 8` must not exceed the count.
    @inlinable
    @inline(__always)
    package func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= count)
        // SAFETY: the eight bytes are inside the span, as checked above, and a load needs no alignment.
        return unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Fewer than eight bytes as a number, the first in the lowest bits, the missing ones zero.
    @inline(__always)
    func partialWord(at offset: Int, count: Int) -> UInt64 {
        if offset &+ 8 <= self.count {
            return word(at: offset) & ((1 << UInt64(count * 8)) &- 1)
        }
        var value: UInt64 = 0
        var index = 0
        while index < count {
            value |= UInt64(self[offset + index]) << UInt64(index * 8)
            index += 1
        }
        return value
    }

    /// The position of the first such byte.
    func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
        let end = min(end, count)
        let pattern = UInt64.lowBits &* UInt64(byte)
        var position = start
        while position &+ 8 <= end {
            let found = (word(at: position) ^ pattern).zeroBytes
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end {
            if self[position] == byte { return position }
            position += 1
        }
        return nil
    }

    func isEqual(to other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while position &+ 8 <= count {
            if word(at: position) != other.word(at: position) { return false }
            position += 8
        }
        let rest = count - position
        return partialWord(at: position, count: rest) == other.partialWord(at: position, count: rest)
    }

    /// Compares without regard to the case of ASCII letters.
    func isEqualIgnoringCase(to other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while position &+ 8 <= count {
            if word(at: position).lowercase != other.word(at: position).lowercase { return false }
            position += 8
        }
        let rest = count - position
        return partialWord(at: position, count: rest).lowercase
            == other.partialWord(at: position, count: rest).lowercase
    }
}

extension UInt64 {
    /// Eight copies of the lowest bit of a byte.
    static let lowBits: UInt64 = 0x0101_0101_0101_0101
    /// Eight copies of the highest bit of a byte.
    static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The highest bit of each byte that is zero; above the first such byte bits may be wrong.
    @inline(__always)
    var zeroBytes: UInt64 { (self &- .lowBits) & ~self & .highBits }

    /// Eight bytes, the ASCII letters among them in lower case.
    @inline(__always)
    var lowercase: UInt64 {
        let lowSeven = self & ~.highBits
        let atLeastA = lowSeven &+ .lowBits &* (0x80 - 0x41)
        let aboveZ = lowSeven &+ .lowBits &* (0x7F - 0x5A)
        let isUpper = (atLeastA ^ aboveZ) & ~self & .highBits
        return self | isUpper >> 2
    }
}
