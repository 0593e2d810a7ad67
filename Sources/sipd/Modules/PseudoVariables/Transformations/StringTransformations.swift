import DigestAuthentication
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import Suggestions

/// The class `s`: operations on texts.
enum StringTransformations {
    static func compile(
        _ writtenOperation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        let operation = writtenOperation.lowercased()
        if arguments == nil, let simple = simple[operation] { return onText(simple) }
        if arguments == nil, let body = StringEncodings.transformation(operation) { return body }
        if simple[operation] != nil || StringEncodings.names.contains(operation) {
            throw ScriptError("'{s.\(operation)}' takes no arguments")
        }
        var arguments = TransformationArguments("s", operation, arguments, formats)
        switch operation {
        case "len" where arguments.isAtEnd: return onDefined { .integer($0.text.count) }
        case "int" where arguments.isAtEnd:
            return onDefined { $0.isInteger ? $0 : $0.text.decimalNumber.map { .integer($0) } ?? .null }
        case "substr": return try substring(&arguments)
        case "select": return try select(&arguments)
        case "strip":
            let count = try arguments.nextNumber()
            return onText { text, context in strip(text, count.number(context)) }
        case "striptail":
            let count = try arguments.nextNumber()
            return onText { text, context in stripTail(text, count.number(context)) }
        case "stripto":
            let mark = try arguments.remainder()
            return onText { text, context in mark.byte(context).flatMap { from($0, text) } ?? "" }
        case "prefixes": return try prefixes(&arguments)
        case "replace": return try replace(&arguments)
        case "rm":
            arguments.skipBlanks()
            let match = try arguments.remainder()
            return onText { text, context in text.replacing(match.text(context), with: "") }
        case "count":
            let mark = try arguments.remainder()
            return { context, value in
                guard !value.isNull else { return .null }
                guard let byte = mark.byte(context) else { return .integer(0) }
                return .integer(value.text.bytes.count { $0 == byte })
            }
        case "before", "after", "rbefore", "rafter": return try cut(operation, &arguments)
        case "corehash": return try coreHash(&arguments)
        case "ftime":
            let format = try arguments.next()
            return onText { text, context in time(text, format.text(context)) }
        case "fmtlines", "fmtlinet": return try formatLines(operation, &arguments)
        default: throw unknown(operation)
        }
    }

    private static let simple: [String: @Sendable (ByteString) -> ByteString] = [
        "md5": { HashFunction.md5.hexadecimalText(of: $0) },
        "sha256": { HashFunction.sha256.hexadecimalText(of: $0) },
        "sha384": { HashFunction.sha384.hexadecimalText(of: $0) },
        "sha512": { HashFunction.sha512.hexadecimalText(of: $0) },
        "tolower": { $0.lowercased() },
        "toupper": { $0.uppercased() },
        "trim": { $0.trimmed() },
        "rtrim": { $0.trimmedAtEnd() },
        "ltrim": { $0.trimmedAtStart() },
        "rmws": { ByteString($0.bytes.filter { !$0.isWhitespace }) },
        "numeric": { ByteString($0.bytes.filter { $0 >= 0x30 && $0 <= 0x39 }) },
        "unquote": { $0.withoutEnds("\"", "\"") ?? $0.withoutEnds("'", "'") ?? $0 },
        "unbracket": { text in
            let pairs: [(Unicode.Scalar, Unicode.Scalar)] = [("<", ">"), ("(", ")"), ("[", "]"), ("{", "}")]
            return pairs.lazy.compactMap { text.withoutEnds($0.0, $0.1) }.first ?? text
        },
    ]

    private static func unknown(_ operation: String) -> ScriptError {
        let known = [
            "len", "int", "substr", "select", "strip", "striptail", "stripto", "prefixes", "replace", "rm", "count",
            "before", "after", "rbefore", "rafter", "corehash", "ftime", "fmtlines", "fmtlinet",
        ]
        let nearest = NearestName.of(operation, among: known + simple.keys + StringEncodings.names)
        return ScriptError("unknown transformation 's.\(operation)'", hint: nearest.map { "did you mean 's.\($0)'?" })
    }

    // MARK: - Helpers of the definitions

    private static func onDefined(_ body: @escaping @Sendable (ScriptValue) -> ScriptValue) -> TransformationBody {
        { _, value in value.isNull ? .null : body(value) }
    }

    private static func onText(_ body: @escaping @Sendable (ByteString) -> ByteString) -> TransformationBody {
        { _, value in value.isNull ? .null : .string(body(value.text)) }
    }

    private static func onText(
        _ body: @escaping @Sendable (ByteString, ScriptContext) -> ByteString
    ) -> TransformationBody {
        { context, value in value.isNull ? .null : .string(body(value.text, context)) }
    }

    // MARK: - Parts

    /// `substr,OFFSET,LENGTH`: a negative offset counts from the end, length 0 means all that follows.
    private static func substring(_ arguments: inout TransformationArguments) throws(ScriptError) -> TransformationBody
    {
        let offset = try arguments.nextNumber()
        let length = try arguments.nextNumber()
        if case .constant(let text) = length, (text.integerValue ?? 0) < 0 {
            throw ScriptError("the length '\(text.string)' in '{s.substr}' is negative")
        }
        return onText { text, context in
            let wanted = offset.number(context)
            let start = wanted < 0 ? text.count + wanted : wanted
            let count = length.number(context)
            guard start >= 0, start < text.count, count >= 0 else { return "" }
            let rest = text.dropFirst(start)
            return count == 0 ? rest : rest.prefix(count)
        }
    }

    /// `select,INDEX,SEPARATOR`: one element of a list; a negative index counts from the end.
    private static func select(_ arguments: inout TransformationArguments) throws(ScriptError) -> TransformationBody {
        let index = try arguments.nextNumber()
        let separator = try arguments.separator()
        return onText { text, context in
            let elements = text.split(on: separator)
            let wanted = index.number(context)
            let position = wanted < 0 ? elements.count + wanted : wanted
            return elements.indices.contains(position) ? elements[position] : ""
        }
    }

    private static func time(_ text: ByteString, _ format: ByteString) -> ByteString {
        guard let seconds = text.decimalNumber else { return "" }
        return ByteString(CalendarParts.text(seconds: seconds, format: format.string, isLocal: true))
    }

    private static func strip(_ text: ByteString, _ count: Int) -> ByteString {
        count <= 0 ? text : text.dropFirst(count)
    }

    private static func stripTail(_ text: ByteString, _ count: Int) -> ByteString {
        count <= 0 ? text : text.dropLast(count)
    }

    private static func from(_ byte: UInt8, _ text: ByteString) -> ByteString? {
        text.firstIndex(of: byte).map { ByteString(text.bytes[$0...]) }
    }

    /// `prefixes[,MAX]`: all beginnings of the text, joined by commas.
    private static func prefixes(_ arguments: inout TransformationArguments) throws(ScriptError) -> TransformationBody {
        let limit = arguments.isAtEnd ? nil : try arguments.nextNumber()
        return onText { text, context in
            let wanted = limit?.number(context) ?? 0
            let count = min(wanted > 0 ? min(wanted, text.count) : text.count, 255)
            guard count > 0 else { return "" }
            return ByteString(Array((1...count).map { Array(text.prefix($0).bytes) }.joined(separator: [0x2C])))
        }
    }

    private static func cut(
        _ operation: String, _ arguments: inout TransformationArguments
    ) throws(ScriptError) -> TransformationBody {
        let mark = try arguments.remainder()
        return onText { text, context in
            guard let byte = mark.byte(context) else { return operation.hasSuffix("before") ? text : "" }
            let isReversed = operation.hasPrefix("r")
            let index = isReversed ? text.lastIndex(of: byte) : text.firstIndex(of: byte)
            if operation.hasSuffix("before") { return index.map { ByteString(text.bytes[..<$0]) } ?? text }
            return index.map { ByteString(text.bytes[($0 + 1)...]) } ?? ""
        }
    }

    private static func replace(_ arguments: inout TransformationArguments) throws(ScriptError) -> TransformationBody {
        arguments.skipBlanks()
        let match = try arguments.next()
        arguments.skipBlanks()
        let replacement = try arguments.next()
        guard arguments.isAtEnd else { throw ScriptError("'{s.replace}' takes two arguments") }
        return onText { text, context in text.replacing(match.text(context), with: replacement.text(context)) }
    }

    private static func coreHash(_ arguments: inout TransformationArguments) throws(ScriptError) -> TransformationBody {
        let size = arguments.isAtEnd ? nil : try arguments.nextNumber()
        return onText { text, context in
            ByteString(integer: Int(CoreHash.hash(text, size: size?.number(context) ?? 0)))
        }
    }

    /// `fmtlines,LENGTH,COUNT` breaks the text into lines of a length, all but the first behind spaces; `fmtlinet`
    /// behind tabs.
    ///
    /// DIFFERS: Kamailio 5.6 breaks after each of the first characters.
    private static func formatLines(
        _ operation: String, _ arguments: inout TransformationArguments
    ) throws(ScriptError) -> TransformationBody {
        let length = try arguments.nextNumber()
        let indentation = try arguments.nextNumber()
        let filler = operation == "fmtlines" ? UInt8(ascii: " ") : UInt8(ascii: "\t")
        return onText { text, context in
            let count = length.number(context)
            let width = min(max(0, indentation.number(context)), 128)
            guard count > 0, count < text.count else { return text }
            var lines = Array(text.prefix(count).bytes)
            var rest = text.dropFirst(count)
            while !rest.isEmpty {
                lines.append(contentsOf: "\r\n".utf8)
                lines.append(contentsOf: [UInt8](repeating: filler, count: width))
                lines.append(contentsOf: rest.prefix(count).bytes)
                rest = rest.dropFirst(count)
            }
            return ByteString(lines)
        }
    }
}
