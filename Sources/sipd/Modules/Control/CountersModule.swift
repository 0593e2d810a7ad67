import ControlProtocol
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `counters`: counters of the script, and all statistics under `cnt.*`.
package struct CountersModule: ScriptModule {
    private let server: Server
    private let counters: ScriptCounters

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        counters = ScriptCounters(
            group: (parameters.string("script_cnt_grp_name") ?? "script").string, registry: server.statistics)
        for text in parameters.list("script_counter") {
            // `group.name description`, `name`.
            let name = text.string.split(separator: " ", maxSplits: 1).first.map(String.init) ?? ""
            _ = counters.counter(named: name)
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<CountersModule> {
        ModuleDescription(
            name: "counters", summary: "Counters of the script, and all statistics by name.",
            parameters: [
                .list("script_counter", "a counter for cnt_inc(): [group.]name [description]"),
                .string("script_cnt_grp_name", "script", "group of counters without one"),
            ],
            functions: [
                function("cnt_inc", [.text], "Raises a counter by 1.", "cnt_inc(\"calls\");") { counter, _, _ in
                    counter.add()
                },
                function("cnt_add", [.text, .integer], "Raises a counter.", "cnt_add(\"bytes\", \"$ml\");") {
                    counter, arguments, context in
                    counter.add(arguments[1].integer(in: context) ?? 0)
                },
                function("cnt_reset", [.text], "Sets a counter to 0.", "cnt_reset(\"calls\");") { counter, _, _ in
                    counter.set(0)
                },
            ],
            methods: [get, groups, variables])
    }

    private static func function(
        _ name: String, _ parameters: [ParameterKind], _ summary: String, _ example: String,
        change: @escaping @Sendable (Counter, [Argument], ScriptContext) -> Void
    ) -> FunctionDescription<CountersModule> {
        FunctionDescription(name, parameters, summary: summary, example: example) {
            module, arguments throws(ScriptError) in
            let name = arguments[0].source.string
            guard let counter = module.counters.existing(named: name) else {
                throw ScriptError(
                    "unknown counter '\(name)'", hint: "declare it with modparam(\"counters\", \"script_counter\", …)")
            }
            return { context in
                change(counter, arguments, context)
                return .success
            }
        }
    }

    // MARK: - Methods

    private static var get: ModuleMethod<CountersModule> {
        ModuleMethod(
            MethodDescription(
                "cnt.get",
                parameters: [.init("group", .string, doc: "the group"), .init("name", .string, doc: "the counter")],
                summary: "The value of a counter.", doc: "A number.", example: "sipcmd cnt.get core rcv_requests")
        ) { module in
            { call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                let name = try call.string(1, named: "name")
                guard let value = module.server.statistics.value(named: "\(group):\(name)") else {
                    throw MethodFault(400, "non-existent counter \(group).\(name)")
                }
                return .value(.integer(Int64(value)))
            }
        }
    }

    private static var groups: ModuleMethod<CountersModule> {
        ModuleMethod(
            MethodDescription(
                "cnt.grps_list", summary: "The groups of counters.", doc: "An array of names.",
                example: "sipcmd cnt.grps_list")
        ) { module in
            { _ throws(MethodFault) in
                .value(.array(Set(module.server.statistics.all.map(\.group)).sorted().map { .string($0) }))
            }
        }
    }

    private static var variables: ModuleMethod<CountersModule> {
        ModuleMethod(
            MethodDescription(
                "cnt.var_list", parameters: [.init("group", .string, doc: "the group")],
                summary: "The counters of a group.",
                doc: "An array of names.", example: "sipcmd cnt.var_list core")
        ) { module in
            { call throws(MethodFault) in
                let group = try call.string(0, named: "group")
                return .value(
                    .array(module.server.statistics.all.filter { $0.group == group }.map { .string($0.name) }))
            }
        }
    }
}

/// The counters that the configuration declares.
private final class ScriptCounters: Sendable {
    private let group: String
    private let registry: StatisticsRegistry
    private let counters = Mutex<[String: Counter]>([:])

    init(group: String, registry: StatisticsRegistry) {
        self.group = group
        self.registry = registry
    }

    func counter(named name: String) -> Counter {
        if let existing = existing(named: name) { return existing }
        let counter = Counter()
        let parts = split(name)
        counters.withLock { $0["\(parts.group).\(parts.name)"] = counter }
        registry.add(Statistic(group: parts.group, name: parts.name, counter: counter))
        return counter
    }

    func existing(named name: String) -> Counter? {
        let parts = split(name)
        return counters.withLock { $0["\(parts.group).\(parts.name)"] }
    }

    private func split(_ name: String) -> (group: String, name: String) {
        guard let dot = name.firstIndex(of: ".") else { return (group, name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
}
