/// Hexadecimal digits in messages: lower case when written, either case when read.
enum Hexadecimal {
    /// Appends `value` with exactly 16 digits.
    static func append16(_ value: UInt64, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 16) { output in
            var shift = UInt64(64)
            while shift > 0 {
                shift -= 4
                output.append(digit(value >> shift & 15))
            }
        }
    }

    /// Appends `value` without leading zeros.
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var shift = UInt64(60)
        while shift > 0, value >> shift & 15 == 0 { shift -= 4 }
        while true {
            bytes.append(digit(value >> shift & 15))
            if shift == 0 { return }
            shift -= 4
        }
    }

    /// The value of the 1 to 16 digits in `range`, nil for anything else.
    static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        guard (1...16).contains(range.count) else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard let digit = digitValue(of: bytes[index]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        value < 10 ? 0x30 &+ UInt8(truncatingIfNeeded: value) : 0x57 &+ UInt8(truncatingIfNeeded: value)
    }

    private static func digitValue(of byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: return UInt64(byte - 0x30)
        case 0x61...0x66: return UInt64(byte - 0x57)
        case 0x41...0x46: return UInt64(byte - 0x37)
        default: return nil
        }
    }
}
