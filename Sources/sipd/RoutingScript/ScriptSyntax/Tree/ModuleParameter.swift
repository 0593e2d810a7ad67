/// `modparam("a|b", "name", value)`.
package struct ModuleParameter: Sendable {
    /// What a parameter is set to.
    package enum Value: Sendable, Hashable {
        case integer(Int32)
        case string(ScriptText)
        /// Only with `modparamx`: a bare variable.
        case pseudoVariable(ScriptText)
    }

    /// A regular expression, anchored on both sides, that every loaded module's name is matched with.
    package var modulePattern: ScriptText
    /// The name of the parameter.
    package var name: ScriptText
    /// The value as written, or with `modparamx` still to be evaluated.
    package var value: Value
    /// Written as `modparamx`: a string value is a format with variables, evaluated at load.
    package var isEvaluated: Bool
    /// The whole directive.
    package var range: SourceRange
    /// Where the name of the module stands.
    package var moduleRange: SourceRange
    /// Where the name of the parameter stands.
    package var nameRange: SourceRange
    /// Where the value stands.
    package var valueRange: SourceRange

    package init(
        modulePattern: ScriptText, name: ScriptText, value: Value, isEvaluated: Bool = false, range: SourceRange,
        moduleRange: SourceRange, nameRange: SourceRange, valueRange: SourceRange
    ) {
        self.modulePattern = modulePattern
        self.name = name
        self.value = value
        self.isEvaluated = isEvaluated
        self.range = range
        self.moduleRange = moduleRange
        self.nameRange = nameRange
        self.valueRange = valueRange
    }
}
