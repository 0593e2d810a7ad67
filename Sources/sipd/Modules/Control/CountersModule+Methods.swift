import ControlProtocol
import ModuleInterface

extension CountersModule {
    private static let group = MethodDescription.Parameter("group", .string, doc: "the group, `core`")
    private static let name = MethodDescription.Parameter("name", .string, doc: "the counter, `rcv_requests`")

    /// `cnt.*`.
    static var methods: [ModuleMethod<CountersModule>] {
        [value("cnt.get"), value("cnt.get_raw"), reset, help] + ["cnt.grps_list", "cnt.list_groups"].map(groups)
            + ["cnt.var_list", "cnt.list_vars"].map(names) + ["cnt.grp_get_all", "cnt.get_vars"].map(values)
    }

    private static func method(
        _ description: MethodDescription,
        _ body: @escaping @Sendable (CountersModule, MethodCall) throws(MethodFault) -> JSONValue
    ) -> ModuleMethod<CountersModule> {
        ModuleMethod(description) { module in
            { call throws(MethodFault) in .value(try body(module, call)) }
        }
    }

    private func statistic(_ call: MethodCall) throws(MethodFault) -> Statistic {
        let group = try call.string(0, named: "group")
        let name = try call.string(1, named: "name")
        guard let statistic = server.statistics.statistic(group: group, name: name) else {
            throw .badRequest("non-existent counter \(group).\(name)\n")
        }
        return statistic
    }

    private static func value(_ method: String) -> ModuleMethod<CountersModule> {
        self.method(
            MethodDescription(
                method, parameters: [group, name], summary: "The value of a counter.",
                doc: "A number. Fault 400 when there is no such counter.", example: "sipcmd \(method) core rcv_requests"
            )
        ) { module, call throws(MethodFault) in JSONValue(try module.statistic(call).read()) }
    }

    private static var reset: ModuleMethod<CountersModule> {
        method(
            MethodDescription(
                "cnt.reset", parameters: [group, name], summary: "Sets a counter to 0.",
                doc: "Answers an empty object. A counter that shows a present state keeps it.",
                example: "sipcmd cnt.reset core rcv_requests", mutates: true)
        ) { module, call throws(MethodFault) in
            try module.statistic(call).reset?()
            return .object([])
        }
    }

    private static var help: ModuleMethod<CountersModule> {
        method(
            MethodDescription(
                "cnt.help", parameters: [group, name], summary: "What a counter counts.",
                doc: "A text: what `script_counter` says of it; otherwise that there is no description.",
                example: "sipcmd cnt.help core rcv_requests")
        ) { module, call throws(MethodFault) in
            let statistic = try module.statistic(call)
            let text = module.counters.description(of: "\(statistic.group).\(statistic.name)")
            return .string(text ?? "sipd statistic (no description)")
        }
    }

    private static func groups(_ method: String) -> ModuleMethod<CountersModule> {
        self.method(
            MethodDescription(
                method, summary: "The groups of counters.", doc: "An array of names.", example: "sipcmd \(method)",
                lists: true)
        ) { module, _ in .array(Set(module.server.statistics.all.map(\.group)).sorted().map { .string($0) }) }
    }

    private static func names(_ method: String) -> ModuleMethod<CountersModule> {
        self.method(
            MethodDescription(
                method, parameters: [group], summary: "The counters of a group.",
                doc: "An array of names, empty when there is no such group.", example: "sipcmd \(method) core",
                lists: true)
        ) { module, call throws(MethodFault) in
            let group = try call.string(0, named: "group")
            return .array(module.server.statistics.all.filter { $0.group == group }.map { .string($0.name) })
        }
    }

    private static func values(_ method: String) -> ModuleMethod<CountersModule> {
        self.method(
            MethodDescription(
                method, parameters: [group], summary: "The counters of a group with their values.",
                doc: "An object, empty when there is no such group.", example: "sipcmd \(method) core")
        ) { module, call throws(MethodFault) in
            let group = try call.string(0, named: "group")
            return .object(
                module.server.statistics.all.filter { $0.group == group }.map {
                    JSONMember($0.name, JSONValue($0.read()))
                }
            )
        }
    }
}
