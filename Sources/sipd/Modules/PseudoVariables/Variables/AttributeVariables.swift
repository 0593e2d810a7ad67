import ModuleInterface
import SIPMessage
import ScriptEngine

/// `$avp(name)`: values that a transaction keeps, a stack for each name.
enum AttributeVariables {
    static let avp = Variable(
        ["avp"], inner: .required, indexed: true,
        summary:
            "attribute of the transaction; assignment adds a value, $null takes the newest away, [*] is all of them"
    ) { _, reference throws(ScriptError) in
        let name = try AttributeName(reference)
        let index = reference.index
        return ScriptVariable(
            source: "$avp(" + (reference.inner ?? "") + ")",
            read: { context in read(context.attributes.values[name.key(in: context)] ?? [], index, context) },
            write: { context, value in
                write(&context.attributes.values[name.key(in: context), default: []], index, value)
                return true
            })
    }

    private static func read(_ stack: [ScriptValue], _ index: VariableIndex, _ context: ScriptContext) -> ScriptValue {
        guard let newest = stack.last else { return .null }
        switch index {
        case .none: return newest
        case .all:
            return .string(ByteString(Array(stack.reversed().map(\.text.bytes).joined(separator: [0x2C, 0x20]))))
        case .constant, .variable:
            let position = index.resolve(in: context) ?? 0
            return position >= 0 && position < stack.count ? stack[stack.count - 1 - position] : .null
        }
    }

    private static func write(_ stack: inout [ScriptValue], _ index: VariableIndex, _ value: ScriptValue) {
        if case .all = index { stack.removeAll() }
        if value.isNull {
            _ = stack.popLast()
        } else {
            stack.append(value.stored)
        }
    }

    /// `$cnt($avp(x))`: how many values an attribute has.
    static let count = Variable(
        ["cnt"], inner: .required, summary: "number of values of an $avp, or of structures of an $xavp"
    ) { _, reference throws(ScriptError) in
        let inner = reference.inner ?? ""
        if inner.hasPrefix("$avp("), inner.hasSuffix(")") {
            let nested = VariableReference(
                name: "avp", inner: inner.dropFirst(5).dropLast(), formats: reference.formats)
            let name = try AttributeName(nested)
            return ScriptVariable(source: "$cnt") { context in
                .integer(context.attributes.values[name.key(in: context)]?.count ?? 0)
            }
        }
        if inner.hasPrefix("$xavp("), inner.hasSuffix(")") {
            let name = inner.dropFirst(6).dropLast()
            return ScriptVariable(source: "$cnt") { context in
                .integer(context.attributes.structures[name]?.count ?? 0)
            }
        }
        throw ScriptError("'$cnt(\(inner.string))' counts nothing", hint: "it takes $avp(name) or $xavp(name)")
    }
}

/// The name of an `$avp`: `x`, `s:x` and `x` are the same, `i:5` is a number; a variable gives the name at each use.
private struct AttributeName: Sendable {
    private let constant: ByteString
    private let variable: ScriptVariable?

    init(_ reference: VariableReference) throws(ScriptError) {
        let text = (reference.inner ?? "").trimmed()
        variable = text.first == UInt8(ascii: "$") ? try reference.formats.variable(text) : nil
        if text.hasPrefix("s:") {
            constant = text.dropFirst(2)
        } else if text.hasPrefix("i:") {
            guard text.dropFirst(2).integerValue != nil else {
                throw ScriptError("'\(text.string)' is no numeric name of an AVP")
            }
            constant = text
        } else if text.count > 1, text.bytes[text.bytes.startIndex + 1] == UInt8(ascii: ":") {
            throw ScriptError(
                "'\(text.string)' has an unknown type", hint: "AVP names begin with s: or i:, or with neither")
        } else {
            constant = text
        }
    }

    func key(in context: ScriptContext) -> ByteString {
        variable?.read(context).text.compacted() ?? constant
    }
}

extension ScriptValue {
    /// The value as attributes keep it: in storage of its own, a number with a text as the text.
    var stored: ScriptValue {
        switch self {
        case .null, .integer: self
        case .string(let text), .both(_, let text): .string(text.compacted())
        }
    }
}
