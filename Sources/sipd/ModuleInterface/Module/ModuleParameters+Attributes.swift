package import SIPMessage
package import ScriptEngine

extension ModuleParameters {
    /// The name of the attribute that a parameter holds as `$avp(name)` or `$avp(s:name)`; nil when it is unset.
    ///
    /// - Throws: `ScriptError` when the text is no attribute.
    package func attributeName(_ parameter: String) throws(ScriptError) -> ByteString? {
        guard let text = string(parameter), !text.isEmpty else { return nil }
        guard text.hasPrefix("$avp("), text.hasSuffix(")"), text.count > 6 else {
            throw ScriptError("parameter '\(parameter)': '\(text)' is no AVP", hint: "write $avp(name)")
        }
        let name = text.dropFirst(5).dropLast()
        return name.hasPrefix("s:") ? name.dropFirst(2) : name
    }
}
