/// `name = value` with a name the language knows, like `children = 4`.
///
/// `listen`, `alias`, `flags`, `mpath` and `cfgengine` have items of their own.
package struct GlobalParameter: Sendable {
    /// The one name by which a parameter is known; `dns_srv_loadbalancing` comes out as `dns_srv_lb`.
    package var name: String
    package var value: GlobalValue
    package var range: SourceRange
    package var valueRange: SourceRange

    package init(name: String, value: GlobalValue, range: SourceRange, valueRange: SourceRange) {
        self.name = name
        self.value = value
        self.range = range
        self.valueRange = valueRange
    }
}

/// The value of a global parameter, of the type that the parameter demands.
package enum GlobalValue: Sendable, Hashable {
    /// Also truth values: `yes`, `true`, `on`, `enable` are 1 and their opposites 0.
    case integer(Int32)
    case string(ScriptText)
    /// A bare word, like `LOG_LOCAL0` or `udp`.
    case identifier(String)
    /// Host name or address written without quotes, as for `advertised_address`.
    case host(String)
}

/// `group.name = value desc "text"`, or `group[2].name = value` for one instance of a group.
package struct CustomGlobal: Sendable {
    package var group: String
    /// The number in brackets; nil for the declaration with the default value.
    package var instance: Int32?
    package var name: String
    /// Integer or string.
    package var value: GlobalValue
    package var summary: ScriptText?
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

/// One name of `flags a, b:3`.
package struct FlagDeclaration: Sendable {
    package enum Kind: String, Sendable {
        case message = "flags"
        case attribute = "avpflags"
    }

    package var kind: Kind
    package var name: String
    /// The number after the colon; nil leaves the choice to the daemon.
    package var number: Int32?
    package var range: SourceRange

    package init(kind: Kind, name: String, number: Int32?, range: SourceRange) {
        self.kind = kind
        self.name = name
        self.number = number
        self.range = range
    }
}

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

/// `modparam("a|b", "name", value)`.
package struct ModuleParameter: Sendable {
    package enum Value: Sendable, Hashable {
        case integer(Int32)
        case string(ScriptText)
        /// Only with `modparamx`: a bare variable.
        case pseudoVariable(ScriptText)
    }

    /// A regular expression, anchored on both sides, that every loaded module's name is matched with.
    package var modulePattern: ScriptText
    package var name: ScriptText
    package var value: Value
    /// Written as `modparamx`: a string value is a format with variables, evaluated at load.
    package var isEvaluated: Bool
    package var range: SourceRange
    package var moduleRange: SourceRange
    package var nameRange: SourceRange
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

/// `loadpath "a:b"` or `mpath = "a"`.
package struct LoadPath: Sendable {
    package var path: ScriptText
    package var range: SourceRange

    package init(path: ScriptText, range: SourceRange) {
        self.path = path
        self.range = range
    }
}

/// `cfgengine "native"`.
package struct EngineSelection: Sendable {
    package var name: ScriptText
    package var range: SourceRange

    package init(name: ScriptText, range: SourceRange) {
        self.name = name
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
