import SIPMessage
import ScriptEngine

/// `$hdr(X)`, `$hfl(X)` and their counts.
enum HeaderVariables {
    static let all: [Variable] = [
        Variable(
            ["hdr"], inner: .required, indexed: true,
            summary: "value of a header as received; [*] joins all with commas"
        ) { _, reference throws(ScriptError) in
            let name = try HeaderReference(reference)
            return ScriptVariable(source: name.source) { name.value(in: $0) }
        },
        Variable(
            ["hfl"], inner: .required, indexed: true,
            summary: "as $hdr, but one value of a header that holds a list (Contact, Via, Record-Route, …)"
        ) { _, reference throws(ScriptError) in
            let name = try HeaderReference(reference)
            return ScriptVariable(source: name.source) { name.element(in: $0) }
        },
        Variable(["hdrc"], inner: .required, summary: "number of headers of a name") {
            _, reference throws(ScriptError) in
            let name = try HeaderReference(reference)
            return ScriptVariable(source: name.source) { .integer(name.fields(in: $0).count) }
        },
        Variable(["hflc"], inner: .required, summary: "number of values in all headers of a name") {
            _, reference throws(ScriptError) in
            let name = try HeaderReference(reference)
            return ScriptVariable(source: name.source) { .integer(name.elements(in: $0).count) }
        },
    ]
}

/// The header that a variable names: a constant name, or a variable that holds one.
private struct HeaderReference: Sendable {
    private static let lists: Set<HeaderName> = [
        .contact, .via, .recordRoute, .route, .diversion, .pAssertedIdentity, .pPreferredIdentity,
    ]

    let source: ByteString
    private let constant: ByteString
    private let known: HeaderName
    private let variable: ScriptVariable?
    private let index: VariableIndex

    init(_ reference: VariableReference) throws(ScriptError) {
        constant = (reference.inner ?? "").trimmed()
        variable = constant.first == UInt8(ascii: "$") ? try reference.formats.variable(constant) : nil
        known = variable == nil ? HeaderName(constant) : .other
        source = "$" + ByteString(reference.name) + "(" + constant + ")"
        index = reference.index
    }

    /// All headers of the name.
    func fields(in context: ScriptContext) -> [HeaderField] {
        if known != .other { return context.message.headers(named: known) }
        return context.message.headers(named: name(in: context))
    }

    private func name(in context: ScriptContext) -> ByteString {
        variable?.read(context).text ?? constant
    }

    /// The value of one header, or of all.
    func value(in context: ScriptContext) -> ScriptValue {
        let message = context.message
        if case .none = index {
            let field = known == .other ? message.firstHeader(named: name(in: context)) : message.firstHeader(known)
            return ScriptValue(text: field.map { message.text(of: $0) })
        }
        return choose(from: fields(in: context).map { message.text(of: $0) }, in: context)
    }

    /// The values of a list header one by one; those of others, header by header.
    func elements(in context: ScriptContext) -> [ByteString] {
        let message = context.message
        let fields = fields(in: context)
        guard isList(in: context) else { return fields.map { message.text(of: $0) } }
        return fields.flatMap { field -> [ByteString] in
            let text = message.text(of: field)
            if text == "*" { return [] }
            let values: [ByteString] = Array(message.values(of: field))
            // Kamailio's list of contacts begins with the last one of each header.
            return field.name == .contact ? values.reversed() : values
        }
    }

    func element(in context: ScriptContext) -> ScriptValue {
        if case .all = index { return value(in: context) }
        if isList(in: context), let wanted = index.resolve(in: context), wanted < 0 { return .null }
        return choose(from: elements(in: context), in: context)
    }

    private func isList(in context: ScriptContext) -> Bool {
        Self.lists.contains(known == .other ? HeaderName(name(in: context)) : known)
    }

    private func choose(from values: [ByteString], in context: ScriptContext) -> ScriptValue {
        guard !values.isEmpty else { return .null }
        if case .all = index { return .string(ByteString(Array(values.map(\.bytes).joined(separator: [0x2C])))) }
        let wanted = index.resolve(in: context) ?? 0
        let position = wanted < 0 ? values.count + wanted : wanted
        return ScriptValue(text: values.indices.contains(position) ? values[position] : nil)
    }
}
