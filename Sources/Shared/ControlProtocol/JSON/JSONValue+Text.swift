extension JSONValue {
    /// How a document is laid out.
    package enum Layout: Sendable, Hashable {
        /// No blanks at all, therefore one line: strings never contain a raw line break.
        case compact
        /// Two blanks a level, one member or element a line.
        case pretty
    }

    /// The document as text.
    package func text(_ layout: Layout = .compact) -> String {
        var output: [UInt8] = []
        write(to: &output, layout)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the document as UTF-8.
    ///
    /// Infinite numbers and NaN, which JSON cannot say, are written as `null`.
    package func write(to output: inout [UInt8], _ layout: Layout = .compact) {
        switch layout {
        case .compact: writeCompact(to: &output)
        case .pretty: writePretty(to: &output, indentation: 0)
        }
    }

    private func writeScalar(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let integer): Self.write(integer: integer, to: &output)
        case .number(let number):
            output.append(contentsOf: number.isFinite ? number.description.utf8 : "null".utf8)
        case .string(let text): Self.write(string: text, to: &output)
        case .array, .object: assertionFailure("not a scalar")
        }
    }

    private func writeCompact(to output: inout [UInt8]) {
        switch self {
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                element.writeCompact(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.write(string: member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.writeCompact(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        case .null, .bool, .integer, .number, .string: writeScalar(to: &output)
        }
    }

    private func writePretty(to output: inout [UInt8], indentation: Int) {
        switch self {
        case .array([]): output.append(contentsOf: "[]".utf8)
        case .object([]): output.append(contentsOf: "{}".utf8)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                Self.beginLine(in: &output, indentation: indentation + 1, isFirst: index == 0)
                element.writePretty(to: &output, indentation: indentation + 1)
            }
            Self.beginLine(in: &output, indentation: indentation, isFirst: true)
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                Self.beginLine(in: &output, indentation: indentation + 1, isFirst: index == 0)
                Self.write(string: member.name, to: &output)
                output.append(contentsOf: ": ".utf8)
                member.value.writePretty(to: &output, indentation: indentation + 1)
            }
            Self.beginLine(in: &output, indentation: indentation, isFirst: true)
            output.append(UInt8(ascii: "}"))
        case .null, .bool, .integer, .number, .string: writeScalar(to: &output)
        }
    }

    private static func beginLine(in output: inout [UInt8], indentation: Int, isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * 2))
    }

    private static func write(integer: Int64, to output: inout [UInt8]) {
        if integer < 0 { output.append(UInt8(ascii: "-")) }
        let start = output.count
        var rest = integer.magnitude
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }

    /// Appends a text as a JSON string, in quotes and escaped.
    package static func write(string text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        let bytes = text.utf8
        // Almost every text needs no escape, and then it is one copy.
        if bytes.contains(where: { needsEscape($0) }) {
            for byte in bytes { write(escaping: byte, to: &output) }
        } else {
            output.append(contentsOf: bytes)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func write(escaping byte: UInt8, to output: inout [UInt8]) {
        guard needsEscape(byte) else { return output.append(byte) }
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0a: output.append(UInt8(ascii: "n"))
        case 0x0c: output.append(UInt8(ascii: "f"))
        case 0x0d: output.append(UInt8(ascii: "r"))
        default:
            output.append(contentsOf: "u00".utf8)
            output.append(hexadecimal(byte >> 4))
            output.append(hexadecimal(byte & 15))
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
