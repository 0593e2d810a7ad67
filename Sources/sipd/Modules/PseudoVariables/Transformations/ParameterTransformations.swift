import SIPMessage
import ScriptEngine

/// A list of parameters read as Kamailio reads it: values may be quoted, spaces may surround names and values, and an
/// empty part is a parameter without a name.
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
        var found: [Parameter] = []
        while true {
            guard let parameter = Self.next(&rest, separator) else {
                parameters = nil
                return
            }
            found.append(parameter)
            guard let byte = rest.popFirst() else { break }
            guard byte == separator else {
                parameters = nil
                return
            }
        }
        parameters = found
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

    /// Reads up to a separator or the end; nil when something else follows the value.
    private static func next(_ rest: inout ArraySlice<UInt8>, _ separator: UInt8) -> Parameter? {
        skipSpace(&rest)
        let name = rest.prefix { $0 != separator && $0 != UInt8(ascii: "=") && !$0.isWhitespace }
        rest = rest.dropFirst(name.count)
        skipSpace(&rest)
        guard rest.first == UInt8(ascii: "=") else { return Parameter(name: ByteString(name), value: "") }
        rest = rest.dropFirst()
        skipSpace(&rest)
        guard let value = value(&rest, separator) else { return nil }
        skipSpace(&rest)
        return Parameter(name: ByteString(name), value: ByteString(value))
    }

    private static func value(_ rest: inout ArraySlice<UInt8>, _ separator: UInt8) -> ArraySlice<UInt8>? {
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let value = rest.prefix { $0 != separator && !$0.isWhitespace }
            rest = rest.dropFirst(value.count)
            return value
        }
        guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
        let value = rest[(rest.startIndex + 1)..<end]
        rest = rest[(end + 1)...]
        return value
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
