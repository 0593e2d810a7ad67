import ControlProtocol
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `cfg_rpc`: reads and changes custom globals (`group.name`) at run time.
package struct ConfigurationMethodsModule: ScriptModule {
    private let server: Server

    /// Takes over the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
    }

    /// What the module offers.
    package static var description: ModuleDescription<ConfigurationMethodsModule> {
        ModuleDescription(
            name: "cfg_rpc", summary: "Custom globals on the control socket.",
            methods: [
                get, list, set("cfg.set"), set("cfg.seti"), set("cfg.sets"), set("cfg.set_now_int"),
                set("cfg.set_now_string"),
            ])
    }

    private static var get: ModuleMethod<ConfigurationMethodsModule> {
        ModuleMethod(
            MethodDescription(
                "cfg.get",
                parameters: [
                    .init("group", .string, doc: "the group of the variable"),
                    .init("name", .string, optional: true, doc: "the variable; all of the group without it"),
                ],
                summary: "The value of a custom global.", doc: "A number or a text, or an object for a whole group.",
                example: "sipcmd cfg.get pstn gw_ip")
        ) { module in
            { call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                guard let values = module.server.configurationValues[group] else {
                    throw MethodFault(400, "Failed to get the variable")
                }
                guard let name = try call.optionalString(1, named: "name") else {
                    return .value(.object(values.sorted { $0.key < $1.key }.map { JSONMember($0.key, json($0.value)) }))
                }
                guard let value = values[name] else { throw MethodFault(400, "Failed to get the variable") }
                return .value(json(value))
            }
        }
    }

    private static var list: ModuleMethod<ConfigurationMethodsModule> {
        ModuleMethod(
            MethodDescription(
                "cfg.list", parameters: [.init("group", .string, optional: true, doc: "only this group")],
                summary: "The names of custom globals.", doc: "An array of texts `group: name`.",
                example: "sipcmd cfg.list")
        ) { module in
            { call throws(MethodFault) in
                let wanted = try call.optionalString(0, named: "group")
                let names = module.server.configurationValues.sorted { $0.key < $1.key }
                    .filter { wanted == nil || $0.key == wanted }
                    .flatMap { group in group.value.keys.sorted().map { JSONValue.string("\(group.key): \($0)") } }
                return .value(.array(names))
            }
        }
    }

    private static func set(_ name: String) -> ModuleMethod<ConfigurationMethodsModule> {
        ModuleMethod(
            MethodDescription(
                name,
                parameters: [
                    .init("group", .string, doc: "the group of the variable"),
                    .init("name", .string, doc: "the variable"),
                    .init("value", .any, doc: "a number or a text, as the variable was declared"),
                ],
                summary: "Changes a custom global at once.", doc: "Answers an empty object.",
                example: "sipcmd \(name) pstn gw_ip 192.0.2.9", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                let variable = try call.string(1, named: "name")
                guard let old = module.server.configurationValue(group: group, name: variable) else {
                    throw MethodFault(400, "Failed to set the variable")
                }
                let value: ScriptValue
                if case .integer = old {
                    value = .integer(Int(try call.integer(2, named: "value", in: Int64(Int32.min)...Int64(Int32.max))))
                } else {
                    value = .string(ByteString(try call.string(2, named: "value")))
                }
                _ = module.server.setConfigurationValue(group: group, name: variable, to: value)
                return .value(.object([]))
            }
        }
    }

    private static func json(_ value: ScriptValue) -> JSONValue {
        if case .integer(let number) = value { .integer(Int64(number)) } else { .string(value.text.string) }
    }
}
