import SIPMessage
import ScriptEngine

/// The class `line`: lines of a text, which end in LF or CRLF.
enum LineTransformations {
    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        var arguments = TransformationArguments("line", operation, arguments, formats)
        switch operation.lowercased() {
        case "count": return onLines { lines, _ in .integer(lines.count) }
        case "at":
            let index = try arguments.nextNumber()
            return onLines { lines, context in
                let wanted = index.number(context)
                let position = wanted < 0 ? lines.count + wanted : wanted
                return .string(lines.indices.contains(position) ? lines[position] : "")
            }
        case "sw":
            arguments.skipBlanks()
            let prefix = try arguments.remainder()
            return onLines { lines, context in
                let start = prefix.text(context)
                return .string(lines.first { $0.hasPrefix(start) } ?? "")
            }
        default:
            throw ScriptError("unknown transformation 'line.\(operation)'", hint: "'count', 'at' and 'sw' are known")
        }
    }

    private static func onLines(
        _ body: @escaping @Sendable ([ByteString], ScriptContext) -> ScriptValue
    ) -> TransformationBody {
        { context, value in
            guard !value.isNull, !value.text.isEmpty else { return .null }
            var lines = value.text.split(on: UInt8(ascii: "\n"))
            if lines.last?.isEmpty == true { lines.removeLast() }
            return body(lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }, context)
        }
    }
}
