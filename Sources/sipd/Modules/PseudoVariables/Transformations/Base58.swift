import SIPMessage

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
