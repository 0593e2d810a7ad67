package import SIPMessage

/// Text with pseudo-variables, compiled: `"$fU calls $rU"`.
///
/// Kamailio's `pv_elem_t` list. `$$` is a dollar sign; an undefined variable prints `<null>`, one with
/// transformations prints nothing.
package struct FormatString: Sendable {
    /// A piece of the text.
    package enum Part: Sendable {
        /// Text as it stands.
        case literal(ByteString)
        /// A variable's value, transformations included.
        case variable(ScriptVariable)
    }

    /// The pieces in order.
    package let parts: [Part]

    /// Makes a format from its pieces.
    package init(parts: [Part]) {
        self.parts = parts
    }

    /// The text for this message.
    package func evaluate(in context: ScriptContext) -> ByteString {
        if parts.count == 1, case .literal(let text) = parts[0] { return text }
        var result: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let text): result.append(contentsOf: text.bytes)
            case .variable(let variable):
                let value = variable.read(context)
                if !value.isNull {
                    result.append(contentsOf: value.text.bytes)
                } else if variable.printsNull {
                    result.append(contentsOf: FormatString.null.bytes)
                }
            }
        }
        return ByteString(result)
    }

    /// How an undefined variable prints.
    package static let null: ByteString = "<null>"
}
