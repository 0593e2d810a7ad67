/// `group.name = value desc "text"`, or `group[2].name = value` for one instance of a group.
package struct CustomGlobal: Sendable {
    /// The name before the period.
    package var group: String
    /// The number in brackets; nil for the declaration with the default value.
    package var instance: Int32?
    /// The name behind the period.
    package var name: String
    /// Integer or string.
    package var value: GlobalValue
    /// The text behind `desc`.
    package var summary: ScriptText?
    /// The whole directive.
    package var range: SourceRange

    package init(
        group: String, instance: Int32? = nil, name: String, value: GlobalValue, summary: ScriptText? = nil,
        range: SourceRange
    ) {
        self.group = group
        self.instance = instance
        self.name = name
        self.value = value
        self.summary = summary
        self.range = range
    }
}
