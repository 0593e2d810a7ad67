package import SIPMessage

/// Base64 (RFC 4648).
package enum Base64 {
    /// Which two characters stand for 62 and 63.
    package enum Alphabet: Sendable {
        /// `+` and `/`.
        case standard
        /// `-` and `_`.
        case url

        fileprivate var last: (UInt8, UInt8) {
            self == .standard ? (UInt8(ascii: "+"), UInt8(ascii: "/")) : (UInt8(ascii: "-"), UInt8(ascii: "_"))
        }
    }

    /// The text that stands for bytes.
    package static func encode(_ text: ByteString, _ alphabet: Alphabet, padded: Bool) -> ByteString {
        var result: [UInt8] = []
        var rest = text.bytes
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...group.count {
                result.append(character(UInt8(bits >> UInt32(18 - 6 * index) & 63), alphabet))
            }
            if padded { result.append(contentsOf: [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)) }
        }
        return ByteString(result)
    }

    /// The bytes that a text stands for; nil when it is not encoded correctly.
    ///
    /// Padding may be missing unless demanded.
    package static func decode(_ text: ByteString, _ alphabet: Alphabet, needsPadding: Bool = false) -> ByteString? {
        if needsPadding, text.count % 4 != 0 { return nil }
        var bare = text
        while bare.last == UInt8(ascii: "="), text.count - bare.count < 2 { bare = bare.dropLast() }
        guard bare.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bare.bytes {
            guard let value = value(of: byte, alphabet) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return ByteString(result)
    }

    private static func character(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0...25: 0x41 + value
        case 26...51: 0x61 + value - 26
        case 52...61: 0x30 + value - 52
        case 62: alphabet.last.0
        default: alphabet.last.1
        }
    }

    private static func value(of byte: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case alphabet.last.0: 62
        case alphabet.last.1: 63
        default: nil
        }
    }
}
