/// Makes values safe for the place they are printed in.
package enum TextEscape {
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// Replaces control characters by `\n`, `\t`, `\x1b`, so that a value cannot steer a terminal or break a line.
    package static func controls(_ text: String, keepNewlines: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (keepNewlines && $0 == 0x0A) }
        if isPlain, !text.unicodeScalars.contains(where: isSecondControl) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += keepNewlines ? "\n" : "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F || isSecondControl(scalar):
                result += "\\x" + twoDigits(UInt8(truncatingIfNeeded: scalar.value))
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isSecondControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x80...0x9F).contains(scalar.value)
    }

    /// A JSON string with its quotes (RFC 8259 §7).
    package static func json(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20, 0x7F:
                bytes += Array("\\u00".utf8)
                bytes += [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A CSV field, quoted only where RFC 4180 §2 asks for it.
    package static func csv(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
        }
        guard needsQuotes else { return text }
        var result = "\""
        for character in text.unicodeScalars {
            if character == "\"" { result += "\"\"" } else { result.unicodeScalars.append(character) }
        }
        return result + "\""
    }

    /// A field of a tab-separated line: backslash, tab and line ends are written `\\`, `\t`, `\n`, `\r`.
    package static func tsv(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && $0 != UInt8(ascii: "\\") }
        if isPlain { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func twoDigits(_ byte: UInt8) -> String {
        String(decoding: [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]], as: UTF8.self)
    }
}
