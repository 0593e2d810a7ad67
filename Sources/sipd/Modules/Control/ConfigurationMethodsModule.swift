import ControlProtocol
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `cfg_rpc`: reads and changes custom globals (`group.name`) and `core.debug` at run time.
package struct ConfigurationMethodsModule: ScriptModule {
    let variables: ConfigurationVariables

    /// Takes over the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        variables = ConfigurationVariables(server)
    }

    /// What the module offers.
    package static var description: ModuleDescription<ConfigurationMethodsModule> {
        ModuleDescription(
            name: "cfg_rpc", summary: "Custom globals and the log level on the control socket.",
            methods: readingMethods + settingMethods + delayedMethods + instanceMethods)
    }

    static let group = MethodDescription.Parameter("group", .string, doc: "the group of the variable, `core`, `pstn`")
    static let name = MethodDescription.Parameter("name", .string, doc: "the variable")

    static func method(
        _ description: MethodDescription,
        _ body: @escaping @Sendable (ConfigurationVariables, MethodCall) throws(MethodFault) -> JSONValue
    ) -> ModuleMethod<ConfigurationMethodsModule> {
        ModuleMethod(description) { module in
            { call throws(MethodFault) in .value(try body(module.variables, call)) }
        }
    }

    // MARK: - Reading

    private static var readingMethods: [ModuleMethod<ConfigurationMethodsModule>] {
        [
            method(
                MethodDescription(
                    "cfg.get",
                    parameters: [
                        group, .init("name", .string, optional: true, doc: "the variable; all of the group without it"),
                    ],
                    summary: "The value of a variable.",
                    doc: "A number or a text, or an object for a whole group. Fault 400 when there is none.",
                    example: "sipcmd cfg.get core debug")
            ) { variables, call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                guard let name = try call.optionalString(1, named: "name") else {
                    let all = variables.all(in: group)
                    guard !all.isEmpty else { throw .badRequest("Failed to get the variable") }
                    return .object(all.map { JSONMember($0.name, json($0.value)) })
                }
                guard let value = variables.value(group, name) else { throw .badRequest("Failed to get the variable") }
                return json(value)
            },
            method(
                MethodDescription(
                    "cfg.list", parameters: [.init("group", .string, optional: true, doc: "only this group")],
                    summary: "The names of the variables.", doc: "An array of texts `group: name`.",
                    example: "sipcmd cfg.list", lists: true)
            ) { variables, call throws(MethodFault) in
                let wanted = try call.optionalString(0, named: "group")
                return .array(
                    variables.groups.filter { wanted == nil || $0 == wanted }
                        .flatMap { group in variables.all(in: group).map { .string("\(group): \($0.name)") } })
            },
            method(
                MethodDescription(
                    "cfg.help", parameters: [group, name], summary: "The type of a variable.",
                    doc: "A text. Kamailio has a description in front of it, over binrpc only.",
                    example: "sipcmd cfg.help core debug")
            ) { variables, call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                guard let value = variables.value(group, try call.string(1, named: "name")) else {
                    throw .badRequest("Failed to get the variable description")
                }
                if case .integer = value { return "(parameter type is integer)" }
                return "(parameter type is string)"
            },
            method(
                MethodDescription(
                    "cfg.diff", summary: "The changes that cfg.commit would make.",
                    doc:
                        "An array of objects: group name, variable name, old value, new value. Empty: an empty object.",
                    example: "sipcmd cfg.diff")
            ) { variables, _ in
                let changes = variables.pending.map { change -> JSONValue in
                    [
                        "group name": .string(change.group), "variable name": .string(change.name),
                        "old value": variables.value(change.group, change.name).map(json) ?? .null,
                        "new value": json(change.value),
                    ]
                }
                return changes.isEmpty ? .object([]) : .array(changes)
            },
        ]
    }

    // MARK: - Changing

    private static var settingMethods: [ModuleMethod<ConfigurationMethodsModule>] {
        ["cfg.set", "cfg.seti", "cfg.sets", "cfg.set_now_int", "cfg.set_now_string"].map {
            setter($0, isDelayed: false)
        }
            + ["cfg.set_delayed", "cfg.set_delayed_int", "cfg.set_delayed_string"].map { setter($0, isDelayed: true) }
    }

    private static func setter(_ method: String, isDelayed: Bool) -> ModuleMethod<ConfigurationMethodsModule> {
        self.method(
            MethodDescription(
                method,
                parameters: [
                    group, name, .init("value", .any, doc: "a number or a text, as the variable was declared"),
                ],
                summary: isDelayed ? "Changes a variable with the next cfg.commit." : "Changes a variable at once.",
                doc: "Answers an empty object. Fault 400 when there is no such variable or the value does not fit.",
                example: "sipcmd \(method) core debug 2", mutates: true)
        ) { variables, call throws(MethodFault) in
            let group = try call.string(0, named: "group")
            let name = try call.string(1, named: "name")
            guard let old = variables.value(group, name) else { throw .badRequest("Failed to set the variable") }
            let value: ScriptValue
            if case .integer = old {
                value = .integer(Int(try call.integer(2, named: "value", in: Int64(Int32.min)...Int64(Int32.max))))
            } else {
                value = .string(ByteString(try call.string(2, named: "value")))
            }
            if isDelayed {
                variables.delay(.init(group: group, name: name, value: value))
            } else {
                variables.set(group, name, to: value)
            }
            return .object([])
        }
    }

    private static var delayedMethods: [ModuleMethod<ConfigurationMethodsModule>] {
        [
            method(
                MethodDescription(
                    "cfg.commit", summary: "Makes the delayed changes, all at once.", doc: "Answers an empty object.",
                    example: "sipcmd cfg.commit", mutates: true)
            ) { variables, _ in
                variables.commit()
                return .object([])
            },
            method(
                MethodDescription(
                    "cfg.rollback", summary: "Forgets the delayed changes.", doc: "Answers an empty object.",
                    example: "sipcmd cfg.rollback", mutates: true)
            ) { variables, _ in
                variables.forget()
                return .object([])
            },
            method(
                MethodDescription(
                    "cfg.reset", parameters: [group], summary: "Gives the variables of a group their first values.",
                    doc: "Answers an empty object. Fault 400 when there is no such group. (Kamailio 5.6 crashes.)",
                    example: "sipcmd cfg.reset core", mutates: true)
            ) { variables, call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                guard variables.reset(group) else { throw .badRequest("Failed to get the variable description") }
                return .object([])
            },
        ]
    }

    /// Instances of groups (`group[1]`): only modules of Kamailio that are not here have them.
    private static var instanceMethods: [ModuleMethod<ConfigurationMethodsModule>] {
        let faults = [
            ("cfg.add_group_inst", false, "Failed to add the group instance"),
            ("cfg.del_group_inst", false, "Failed to delete the group instance"),
            ("cfg.del", true, "Failed to delete the value"), ("cfg.del_delayed", true, "Failed to delete the value"),
        ]
        return faults.map { method, takesName, message in
            self.method(
                MethodDescription(
                    method, parameters: takesName ? [group, name] : [group],
                    summary: "Changes an instance of a group: no group has instances here.",
                    doc: "Always fault 400, as Kamailio answers for groups without instances.",
                    example: "sipcmd \(method) \(takesName ? "core[1] debug" : "core[1]")", mutates: true)
            ) { _, call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                guard group.hasSuffix("]"), group.contains("[") else {
                    throw .badRequest("Wrong group syntax. Use \"group[id]\"")
                }
                throw .badRequest(message)
            }
        }
    }

    private static func json(_ value: ScriptValue) -> JSONValue {
        if case .integer(let number) = value { .integer(Int64(number)) } else { .string(value.text.string) }
    }
}
