extension Array<UInt8> {
    /// Appends a number in decimal.
    mutating func appendDecimal(_ value: Int) {
        if value < 0 { append(0x2D) }
        var magnitude = value.magnitude
        // The last digit comes first; a number of 64 bits has at most 20.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var count = 0
        repeat {
            digits[count] = 0x30 &+ UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
            count &+= 1
        } while magnitude > 0
        append(addingCapacity: count) { output in
            while count > 0 {
                count &-= 1
                output.append(digits[count])
            }
        }
    }

    /// Appends a literal.
    mutating func append(literal: StaticString) {
        // SAFETY: a literal's storage is immortal, and the count is its own.
        unsafe append(
            contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends a text.
    mutating func append(_ text: ByteString) {
        append(contentsOf: text.bytes)
    }

    /// Appends a text's UTF-8.
    mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }
}
