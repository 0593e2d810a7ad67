/// `cfgengine "native"`.
package struct EngineSelection: Sendable {
    /// `native` or `default`; everything else is a language that is not supported.
    package var name: ScriptText
    /// The whole directive.
    package var range: SourceRange

    package init(name: ScriptText, range: SourceRange) {
        self.name = name
        self.range = range
    }
}
