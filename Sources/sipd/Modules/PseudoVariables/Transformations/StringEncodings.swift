import ModuleInterface
import SIPMessage
import ScriptEngine

/// Encodings and escapes of the class `s`: `encode.base64`, `unescape.user`.
enum StringEncodings {
    private typealias Coding = @Sendable (ByteString) -> ByteString?

    /// The names after `s.`.
    static var names: [String] { Array(codings.keys) }

    /// The transformation of a name; what cannot be converted becomes undefined.
    static func transformation(_ operation: String) -> TransformationBody? {
        guard let coding = codings[operation] else { return nil }
        return { _, value in
            guard !value.isNull, let result = coding(value.text) else { return .null }
            return .string(result)
        }
    }

    private static let codings: [String: Coding] = [
        "encode.hexa": { Hexadecimal.encode($0) },
        "decode.hexa": { Hexadecimal.decode($0) },
        "encode.base64": { Base64.encode($0, .standard, padded: true) },
        "encode.base64t": { Base64.encode($0, .standard, padded: false) },
        "encode.base64url": { Base64.encode($0, .url, padded: true) },
        "encode.base64urlt": { Base64.encode($0, .url, padded: false) },
        "decode.base64": { Base64.decode($0, .standard) },
        "decode.base64t": { Base64.decode($0, .standard) },
        "decode.base64url": { Base64.decode($0, .url) },
        "decode.base64urlt": { Base64.decode($0, .url) },
        "encode.base58": { Base58.encode($0) },
        "decode.base58": { Base58.decode($0) },
        "encode.7bit": { SevenBit.encode($0) },
        "decode.7bit": { SevenBit.decode($0) },
        "escape.common": { Escaping.escapeQuotes($0) },
        "unescape.common": { Escaping.unescapeQuotes($0) },
        "escape.user": { Escaping.escape($0, keeping: Escaping.isUserCharacter) },
        "unescape.user": { Escaping.unescape($0) },
        "escape.param": { Escaping.escape($0, keeping: Escaping.isParameterCharacter) },
        "unescape.param": { Escaping.unescape($0) },
        "escape.csv": { Escaping.quoteField($0) },
        "urlencode.param": { Escaping.encodeURL($0) },
        "urldecode.param": { Escaping.decodeURL($0) },
    ]
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
    static func encode(_ text: ByteString) -> ByteString {
        ByteString(text.bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] })
    }

    static func decode(_ text: ByteString) -> ByteString? {
        var result: [UInt8] = []
        var high: UInt8?
        for byte in text.bytes {
            guard let value = value(of: byte) else { return nil }
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return ByteString(result)
    }

    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
