import SIPMessage

extension ScriptValue {
    /// The value as the integer that operators see (Kamailio: `rval_get_int()`).
    ///
    /// A string counts only when all of it is a decimal number of 32 bits, with a sign perhaps, or `0x` and hexadecimal
    /// digits; everything else, and null, is 0.
    package var number: Int {
        switch self {
        case .null: 0
        case .integer(let value), .both(let value, _): value
        case .string(let text): text.scriptNumber ?? 0
        }
    }

    /// Whether operators that look at the type of their left operand take this one for an integer.
    var isNumber: Bool {
        if case .integer = self { true } else { false }
    }
}

extension ByteString {
    /// The number that the text is for operators and `switch`, or nil when it is none.
    package var scriptNumber: Int? {
        if count > 2, hasPrefix("0x") || hasPrefix("0X") { return hexadecimalNumber }
        guard let value = integerValue, let narrow = Int32(exactly: value) else { return nil }
        return Int(narrow)
    }

    /// The digits behind `0x`; digits beyond 32 bits push out the first ones, as in Kamailio.
    private var hexadecimalNumber: Int? {
        var value: UInt32 = 0
        for byte in bytes.dropFirst(2) {
            let digit: UInt32
            switch byte {
            case 0x30...0x39: digit = UInt32(byte - 0x30)
            case 0x41...0x46: digit = UInt32(byte - 0x41 + 10)
            case 0x61...0x66: digit = UInt32(byte - 0x61 + 10)
            default: return nil
            }
            value = value << 4 | digit
        }
        return Int(Int32(truncatingIfNeeded: value))
    }
}
