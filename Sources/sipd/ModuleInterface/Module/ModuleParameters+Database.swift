package import Database
package import ScriptEngine

extension ModuleParameters {
    /// The table or column that a parameter names.
    ///
    /// - Throws: `ScriptError` when the text cannot stand in a statement.
    package func identifier(_ name: String) throws(ScriptError) -> SQLIdentifier {
        let text = (string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name of a table or column")
        }
        return identifier
    }
}
