package import SIPMessage
package import ScriptEngine

/// A condition on calls: a field, an operator and a value, as `dlgs_count()` and `dlgs.get` take them.
package struct CallFilter: Sendable {
    private enum Comparison: Sendable {
        case equal
        case startsWith
        case matches(RegularExpression)
    }

    private let read: @Sendable (CallRecord) -> ByteString
    private let comparison: Comparison
    private let value: ByteString

    /// Makes a condition.
    ///
    /// - Parameters:
    ///   - field: `src`, `dst`, `data`, `ua` or `any`, which is true for all.
    ///   - operation: `eq`, `sw` (starts with), `re` (regular expression).
    ///   - value: what the field is compared with.
    /// - Throws: `ScriptError` when the field or the operator is not known, or the expression wrong.
    package init(field: ByteString, operation: ByteString, value: ByteString) throws(ScriptError) {
        switch field.string {
        case "src": read = { $0.source }
        case "dst": read = { $0.destination }
        case "data": read = { $0.data }
        case "ua": read = { $0.userAgent }
        case "any": read = { _ in value }
        default: throw ScriptError("'\(field)' is no field of a call", hint: "write src, dst, data, ua or any")
        }
        switch operation.string {
        case "eq": comparison = .equal
        case "sw": comparison = .startsWith
        case "re": comparison = field == "any" ? .equal : .matches(try RegularExpression(value))
        default: throw ScriptError("'\(operation)' is no operator", hint: "write eq, sw or re")
        }
        self.value = value
    }

    /// Whether a call meets it.
    package func matches(_ call: CallRecord) -> Bool {
        let text = read(call)
        switch comparison {
        case .equal: return text == value
        case .startsWith: return text.prefix(value.count) == value
        case .matches(let expression): return expression.matches(text)
        }
    }
}
