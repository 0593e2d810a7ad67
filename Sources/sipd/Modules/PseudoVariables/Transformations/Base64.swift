import SIPMessage

/// Base64 (RFC 4648).
enum Base64 {
    /// Which two characters stand for 62 and 63.
    enum Alphabet {
        case standard
        case url

        fileprivate var last: (UInt8, UInt8) {
            self == .standard ? (UInt8(ascii: "+"), UInt8(ascii: "/")) : (UInt8(ascii: "-"), UInt8(ascii: "_"))
        }
    }

    static func encode(_ text: ByteString, _ alphabet: Alphabet, padded: Bool) -> ByteString {
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
    static func decode(_ text: ByteString, _ alphabet: Alphabet, needsPadding: Bool = false) -> ByteString? {
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

/// Base 58: digits and letters without those that look alike, as Bitcoin addresses use.
enum Base58 {
    /// Longer texts are not converted, because the cost grows with the square of the length.
    static let lengthMax = 1024
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    static func encode(_ text: ByteString) -> ByteString? {
        guard text.count <= lengthMax else { return nil }
        let zeros = text.bytes.prefix { $0 == 0 }.count
        let digits = convert(text.bytes.dropFirst(zeros), from: 256, to: 58)
        return ByteString([UInt8](repeating: alphabet[0], count: zeros) + digits.map { alphabet[Int($0)] })
    }

    static func decode(_ text: ByteString) -> ByteString? {
        guard text.count <= lengthMax else { return nil }
        var digits: [UInt8] = []
        for byte in text.bytes {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            digits.append(UInt8(value))
        }
        let zeros = digits.prefix { $0 == 0 }.count
        return ByteString([UInt8](repeating: 0, count: zeros) + convert(digits[zeros...], from: 58, to: 256))
    }

    private static func convert(_ digits: ArraySlice<UInt8>, from: Int, to base: Int) -> [UInt8] {
        var reversed: [UInt8] = []
        for digit in digits {
            var carry = Int(digit)
            for index in reversed.indices {
                carry += Int(reversed[index]) * from
                reversed[index] = UInt8(carry % base)
                carry /= base
            }
            while carry > 0 {
                reversed.append(UInt8(carry % base))
                carry /= base
            }
        }
        return reversed.reversed()
    }
}

/// The packing of short messages: characters of 7 bits without gaps, as hexadecimal digits (3GPP TS 23.038).
enum SevenBit {
    static func encode(_ text: ByteString) -> ByteString {
        var packed: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in text.bytes {
            bits |= UInt32(byte & 0x7F) << count
            count += 7
            if count >= 8 {
                packed.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        if count > 0 { packed.append(UInt8(truncatingIfNeeded: bits)) }
        return Hexadecimal.encode(ByteString(packed)).uppercased()
    }

    static func decode(_ text: ByteString) -> ByteString {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        var rest = text.bytes
        while let first = rest.popFirst() {
            let byte = digit(first) << 4 | digit(rest.popFirst() ?? 0)
            bits |= UInt32(byte) << count
            count += 8
            while count >= 7 {
                result.append(UInt8(bits & 0x7F))
                bits >>= 7
                count -= 7
            }
        }
        if result.last == 0 { result.removeLast() }
        return ByteString(result)
    }

    /// The value of a digit; other characters give what falls out of the arithmetic, as in Kamailio.
    private static func digit(_ byte: UInt8) -> UInt8 {
        if byte >= 0x30, byte <= 0x39 { return byte - 0x30 }
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        return lower &- 0x61 &+ 10
    }
}
