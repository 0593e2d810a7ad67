/// `loadmodule "name"`, one item for each module.
package struct LoadModule: Sendable {
    /// As written: `tm`, `tm.so`, `/usr/lib/.../tm.so`.
    package var path: ScriptText
    /// The bare name of the module: `tm`.
    package var name: String
    /// The second argument of `loadmodule("path", "options")`.
    package var options: ScriptText?
    /// Written as `loadmodulex`, so the path may hold variables.
    package var isEvaluated: Bool
    /// The whole directive.
    package var range: SourceRange

    package init(
        path: ScriptText, name: String, options: ScriptText? = nil, isEvaluated: Bool = false, range: SourceRange
    ) {
        self.path = path
        self.name = name
        self.options = options
        self.isEvaluated = isEvaluated
        self.range = range
    }
}

extension LoadModule {
    /// The name of the module in a path like `/usr/lib/kamailio/modules/tm.so`.
    static func name(ofPath path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".so") ? String(file.dropLast(3)) : file
    }
}
