/// Base64 with `-` as padding, as uac writes it into URI parameters.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "-")

    /// Writes bytes in groups of four characters.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[index + offset]) : 0) }
            for offset in 0..<4 {
                let character = Int(group >> UInt32(18 - 6 * offset) & 63)
                text.append(offset <= count ? alphabet[character] : padding)
            }
            index += 3
        }
        return text
    }

    /// Reads what `encode` wrote; nil for anything else.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4), !text.isEmpty else { return nil }
        let digits = text.prefix { $0 != padding }
        guard text.count - digits.count <= 2, text[digits.count...].allSatisfy({ $0 == padding }) else { return nil }
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for character in digits {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
                pending &= (1 << bits) - 1
            }
        }
        return bytes
    }
}
