import SIPMessage

/// Escapes of URIs, of quoted strings and of CSV.
enum Escaping {
    /// What may stand unescaped in the user part of a URI (RFC 3261 §25.1).
    static func isUserCharacter(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "&=+$,;?".utf8.contains(byte)
    }

    /// What may stand unescaped in a parameter of a URI (RFC 3261 §25.1).
    static func isParameterCharacter(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "[]/:&+$".utf8.contains(byte)
    }

    /// Replaces other characters by `%xx`; nil for texts with control characters or bytes above ASCII.
    static func escape(_ text: ByteString, keeping isKept: (UInt8) -> Bool) -> ByteString? {
        guard text.bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        return percentEncode(text, keeping: isKept)
    }

    /// Replaces `%xx` by the character; nil for broken escapes and for those of control characters.
    static func unescape(_ text: ByteString) -> ByteString? {
        var result: [UInt8] = []
        var rest = text.bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap({ Hexadecimal.value(of: $0) }),
                let low = rest.popFirst().flatMap({ Hexadecimal.value(of: $0) })
            else { return nil }
            let value = high << 4 | low
            guard value >= 0x20, value != 0x7F else { return nil }
            result.append(value)
        }
        return ByteString(result)
    }

    /// Puts a backslash before quotes, backslashes and zero bytes.
    static func escapeQuotes(_ text: ByteString) -> ByteString {
        var result: [UInt8] = []
        for byte in text.bytes {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
                result.append(UInt8(ascii: "\\"))
                result.append(byte)
            case 0: result.append(contentsOf: "\\0".utf8)
            default: result.append(byte)
            }
        }
        return ByteString(result)
    }

    /// Undoes `escapeQuotes`; other backslashes stay.
    static func unescapeQuotes(_ text: ByteString) -> ByteString {
        var result: [UInt8] = []
        var rest = text.bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                result.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(next)
            case UInt8(ascii: "0"): result.append(0)
            default:
                result.append(byte)
                continue
            }
            rest = rest.dropFirst()
        }
        return ByteString(result)
    }

    /// Puts a text in quotes and doubles those inside (RFC 4180).
    static func quoteField(_ text: ByteString) -> ByteString {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.bytes {
            if byte == UInt8(ascii: "\"") { result.append(byte) }
            result.append(byte)
        }
        result.append(UInt8(ascii: "\""))
        return ByteString(result)
    }

    /// Encodes for the query of a URL: all but letters, digits and `-._~` become `%xx`.
    static func encodeURL(_ text: ByteString) -> ByteString {
        percentEncode(text) { isAlphanumeric($0) || "-._~".utf8.contains($0) }
    }

    /// Decodes `%xx`, and `+` as a space; a broken escape at the end is dropped, others give what falls out.
    static func decodeURL(_ text: ByteString) -> ByteString {
        var result: [UInt8] = []
        var rest = text.bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2 else { continue }
                let high = rest.popFirst() ?? 0
                let low = rest.popFirst() ?? 0
                result.append(looseDigit(high) << 4 | looseDigit(low))
            default: result.append(byte)
            }
        }
        return ByteString(result)
    }

    private static func looseDigit(_ byte: UInt8) -> UInt8 {
        if byte >= 0x30, byte <= 0x39 { return byte - 0x30 }
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        return lower &- 0x61 &+ 10
    }

    private static func percentEncode(_ text: ByteString, keeping isKept: (UInt8) -> Bool) -> ByteString {
        var result: [UInt8] = []
        for byte in text.bytes {
            if isKept(byte) {
                result.append(byte)
            } else {
                result.append(contentsOf: [
                    UInt8(ascii: "%"), Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte & 15),
                ])
            }
        }
        return ByteString(result)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-_.!~*'()".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
