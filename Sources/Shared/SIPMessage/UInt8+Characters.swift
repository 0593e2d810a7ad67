extension UInt8 {
    /// SP, HTAB, CR or LF: what a folded header may have between its parts.
    @inline(__always)
    var isWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// The byte, an ASCII letter in lower case.
    @inline(__always)
    var lowercase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Tells whether the byte may stand in a token (RFC 3261 §25.1).
    @inline(__always)
    var isTokenByte: Bool {
        // Bits 0...63: ! % ' * + - . 0-9; bits 64...127: A-Z _ ` a-z ~.
        let mask: UInt64 = self < 64 ? 0x03FF_6CA2_0000_0000 : 0x47FF_FFFF_87FF_FFFE
        return self < 128 && (mask >> UInt64(self & 63)) & 1 == 1
    }

    /// Tells whether the byte may stand in a host name; `_` is outside the grammar, but in use.
    @inline(__always)
    var isHostByte: Bool { isLetter || isDigit || self == 0x2E || self == 0x2D || self == 0x5F }

    /// Tells whether the byte may stand in an IPv6 address.
    @inline(__always)
    var isAddressByte: Bool { (self | 0x20) &- 0x61 < 6 || isDigit || self == 0x3A || self == 0x2E }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercase &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
