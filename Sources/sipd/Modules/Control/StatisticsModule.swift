package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `statistics`: counters that the script defines.
package struct StatisticsModule: ScriptModule {
    private let counters: [ByteString: Counter]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var counters: [ByteString: Counter] = [:]
        for text in parameters.list("variable") {
            let parts = text.split(on: UInt8(ascii: "/")).map { $0.trimmed() }
            guard let name = parts.first, !name.isEmpty, counters[name] == nil else {
                throw ScriptError("statistic '\(text)' is defined twice or has no name")
            }
            guard parts.count == 1 || parts[1] == "no_reset" else {
                throw ScriptError("statistic '\(name)': '\(parts[1])' is unknown", hint: "only no_reset is known")
            }
            let counter = Counter()
            counters[name] = counter
            if parts.count == 1 {
                server.statistics.add(Statistic(group: "script", name: name.string, counter: counter))
            } else {
                server.statistics.add(Statistic(group: "script", name: name.string) { counter.value })
            }
        }
        self.counters = counters
    }

    /// What the module offers.
    package static var description: ModuleDescription<StatisticsModule> {
        ModuleDescription(
            name: "statistics", summary: "Counters that the script defines.",
            parameters: [.list("variable", "a counter: name or name/no_reset")],
            functions: [
                FunctionDescription(
                    "update_stat", [.format, .integer],
                    summary: "Adds to a counter; a sign may stand before the number.",
                    example: "update_stat(\"calls\", \"+1\");"
                ) { module, arguments throws(ScriptError) in
                    let find = try module.find(arguments[0])
                    return { context in
                        guard let counter = find(context), let amount = arguments[1].integer(in: context) else {
                            return .failure
                        }
                        counter.add(amount)
                        return .success
                    }
                },
                FunctionDescription(
                    "reset_stat", [.format], summary: "Sets a counter to 0.", example: "reset_stat(\"calls\");"
                ) { module, arguments throws(ScriptError) in
                    let find = try module.find(arguments[0])
                    return { context in
                        guard let counter = find(context) else { return .failure }
                        counter.set(0)
                        return .success
                    }
                },
            ])
    }

    /// The counter that an argument names: known at start when the name is constant.
    private func find(_ argument: Argument) throws(ScriptError) -> @Sendable (ScriptContext) -> Counter? {
        guard let name = argument.constant?.text else {
            return { context in counters[argument.text(in: context)] }
        }
        guard let counter = counters[name] else {
            throw ScriptError(
                "unknown statistic '\(name)'", hint: "declare it with modparam(\"statistics\", \"variable\", …)")
        }
        return { _ in counter }
    }
}
