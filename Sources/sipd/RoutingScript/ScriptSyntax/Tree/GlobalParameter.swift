/// `name = value` with a name the language knows, like `children = 4`.
///
/// `listen`, `alias`, `flags`, `mpath` and `cfgengine` have items of their own.
package struct GlobalParameter: Sendable {
    /// The one name by which a parameter is known; `dns_srv_loadbalancing` comes out as `dns_srv_lb`.
    package var name: String
    /// The value, of the type that `GlobalParameterForm` demands.
    package var value: GlobalValue
    /// The directive with name and value.
    package var range: SourceRange
    /// Where the value stands.
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
