package import SIPMessage

/// The value of a pseudo-variable or of an expression.
///
/// Kamailio's `pv_value_t`: nothing, a 32-bit integer, a byte string, or a string that carries an integer form too
/// (`$rp`, `$rc`). Integers are stored wider but every arithmetic result is wrapped to 32 bits (`wrapped(_:)`).
package enum ScriptValue: Sendable, Hashable {
    /// Undefined: an AVP that was never set, a header that is absent, `$null`.
    case null
    /// An integer. Its text form is decimal.
    case integer(Int)
    /// A byte string. It is not necessarily UTF-8.
    case string(ByteString)
    /// A string with an integer form, as `$rp` and `$rm` have: operators choose by the other operand's type.
    case both(Int, ByteString)

    /// The text form: `""` for null, decimal for an integer.
    package var text: ByteString {
        switch self {
        case .null: ""
        case .integer(let value): ByteString(integer: value)
        case .string(let text), .both(_, let text): text
        }
    }

    /// Whether the value is undefined.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// Wraps an arithmetic result to 32 bits as Kamailio's `int` does.
    package static func wrapped(_ value: Int) -> ScriptValue {
        .integer(Int(Int32(truncatingIfNeeded: value)))
    }
}
