/// `loadpath "a:b"` or `mpath = "a"`.
package struct LoadPath: Sendable {
    /// Folders with colons between.
    package var path: ScriptText
    /// The whole directive.
    package var range: SourceRange

    package init(path: ScriptText, range: SourceRange) {
        self.path = path
        self.range = range
    }
}
