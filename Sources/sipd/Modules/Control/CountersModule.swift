import ControlProtocol
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `counters`: counters of the script, and all statistics under `cnt.*`.
package struct CountersModule: ScriptModule {
    let server: Server
    let counters: ScriptCounters

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        counters = ScriptCounters(
            group: (parameters.string("script_cnt_grp_name") ?? "script").string, registry: server.statistics)
        for text in parameters.list("script_counter") {
            // `group.name description`, `name`.
            let words = text.string.split(separator: " ", maxSplits: 1).map(String.init)
            counters.declare(words.first ?? "", description: words.count > 1 ? words[1] : nil)
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
            methods: methods)
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
}

/// The counters that the configuration declares.
final class ScriptCounters: Sendable {
    private let group: String
    private let registry: StatisticsRegistry
    private let counters = Mutex<[String: Counter]>([:])
    private let descriptions = Mutex<[String: String]>([:])

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

    func declare(_ name: String, description: String?) {
        _ = counter(named: name)
        let parts = split(name)
        descriptions.withLock { $0["\(parts.group).\(parts.name)"] = description }
    }

    /// What the configuration says of a counter.
    func description(of name: String) -> String? {
        descriptions.withLock { $0[name] }
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
