import SIPMessage
import ScriptEngine
import Suggestions

/// A list of parameters read as Kamailio reads it: values may be quoted, spaces may follow names and values but not
/// begin the text, and an empty part is a parameter without a name.
struct ParameterText {
    /// One parameter, without quotes around its value.
    struct Parameter {
        let name: ByteString
        let value: ByteString
    }

    /// The parameters in order; nil when the list is broken.
    let parameters: [Parameter]?

    init(_ text: ByteString, separator: UInt8 = UInt8(ascii: ";")) {
        var rest = text.bytes
        if rest.last == separator { rest.removeLast() }
        guard !rest.isEmpty else {
            parameters = nil
            return
        }
        var found: [Parameter] = []
        while let parameter = Self.next(&rest, separator) {
            found.append(parameter)
            let byte = rest.popFirst()
            // What follows a comma or an angle bracket belongs to something else.
            if byte == nil || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ">") {
                parameters = found
                return
            }
            guard byte == separator else { break }
            Self.skipSpace(&rest)
            if rest.isEmpty { break }
        }
        parameters = nil
    }

    /// The last parameter of a name, without regard to case.
    func last(named name: ByteString) -> Parameter? {
        parameters?.last { $0.name.equalsIgnoringCase(name) }
    }

    /// The parameter at a place; negative places count from the end.
    func parameter(at index: Int) -> Parameter? {
        guard let parameters else { return nil }
        let position = index < 0 ? parameters.count + index : index
        return parameters.indices.contains(position) ? parameters[position] : nil
    }

    /// Reads one parameter and the space behind it; nil when the value is missing or its quote is open.
    private static func next(_ rest: inout ArraySlice<UInt8>, _ separator: UInt8) -> Parameter? {
        let name = word(&rest) { $0 == separator || $0 == UInt8(ascii: "=") }
        skipSpace(&rest)
        guard rest.first == UInt8(ascii: "=") else { return Parameter(name: ByteString(name), value: "") }
        rest = rest.dropFirst()
        skipSpace(&rest)
        guard let value = value(&rest, separator) else { return nil }
        skipSpace(&rest)
        return Parameter(name: ByteString(name), value: ByteString(value))
    }

    private static func value(_ rest: inout ArraySlice<UInt8>, _ separator: UInt8) -> ArraySlice<UInt8>? {
        guard let quote = rest.first else { return rest }
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let value = word(&rest) { $0 == separator }
            return value.isEmpty ? nil : value
        }
        guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
        let value = rest[(rest.startIndex + 1)..<end]
        rest = rest[(end + 1)...]
        return value
    }

    /// Takes what stands before space, a comma or another end.
    private static func word(_ rest: inout ArraySlice<UInt8>, until isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let word = rest.prefix { !isEnd($0) && !$0.isWhitespace && $0 != UInt8(ascii: ",") }
        rest = rest.dropFirst(word.count)
        return word
    }

    private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0.isWhitespace }
    }
}

/// The class `param`: parameters of a list like `a=1;b=2`.
enum ParameterTransformations {
    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        var arguments = TransformationArguments("param", operation, arguments, formats)
        let name = operation.lowercased()
        switch name {
        case "count":
            let separator = try separator(&arguments)
            return onList(separator) { list, _ in list.parameters.map { .integer($0.count) } }
        case "name", "valueat":
            let index = try arguments.nextNumber()
            let separator = try separator(&arguments)
            return onList(separator) { list, context in
                guard let found = list.parameter(at: index.number(context)) else { return .string("") }
                return .string(name == "name" ? found.name : found.value)
            }
        case "value":
            let wanted = try arguments.next()
            let separator = try separator(&arguments)
            return onList(separator) { list, context in
                .string(list.last(named: wanted.text(context))?.value ?? "")
            }
        case "in":
            let wanted = try arguments.next()
            let separator = try separator(&arguments)
            return onList(separator) { list, context in
                .integer(list.last(named: wanted.text(context)) == nil ? 0 : 1)
            }
        default:
            let nearest = NearestName.of(name, among: ["count", "name", "valueat", "value", "in"])
            throw ScriptError(
                "unknown transformation 'param.\(operation)'", hint: nearest.map { "did you mean 'param.\($0)'?" })
        }
    }

    private static func separator(_ arguments: inout TransformationArguments) throws(ScriptError) -> UInt8 {
        arguments.isAtEnd ? UInt8(ascii: ";") : try arguments.separator()
    }

    /// Applies to a list that is well-formed; anything else is undefined.
    private static func onList(
        _ separator: UInt8, _ body: @escaping @Sendable (ParameterText, ScriptContext) -> ScriptValue?
    ) -> TransformationBody {
        { context, value in
            guard !value.isNull else { return .null }
            let list = ParameterText(value.text, separator: separator)
            guard list.parameters != nil else { return .null }
            return body(list, context) ?? .null
        }
    }
}
