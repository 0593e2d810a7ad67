package import ControlProtocol

/// `stats.*`: the counters of all modules on the control socket (Kamailio: module kex).
package enum StatisticMethods {
    /// Adds the methods for a server's statistics.
    ///
    /// - Throws: when one of the names is taken.
    package static func register(in server: Server) throws(MethodRegistry.DuplicateMethod) {
        let registry = server.statistics
        try add(
            "stats.get_statistics", "Counters as lines `group:name = value`.", "An array of texts.", to: server
        ) { call throws(MethodFault) in
            .array(try selection(call, registry).map { .string("\($0.group):\($0.name) = \($0.read())") })
        }
        try add(
            "stats.fetch", "Counters as an object of texts.", "An object: `group.name` to the value as text.",
            to: server
        ) { call throws(MethodFault) in
            .object(try selection(call, registry).map { JSONMember("\($0.group).\($0.name)", .string("\($0.read())")) })
        }
        try add(
            "stats.fetchn", "Counters as an object of numbers.", "An object: `group.name` to the value.", to: server
        ) { call throws(MethodFault) in
            .object(
                try selection(call, registry).map { JSONMember("\($0.group).\($0.name)", .integer(Int64($0.read()))) })
        }
        try add(
            "stats.reset_statistics", "Sets counters to 0; those that show a present state keep it.",
            "An empty object.", mutates: true, to: server
        ) { call throws(MethodFault) in
            for statistic in try selection(call, registry, missing: "Please provide stats name") { statistic.reset?() }
            return .object([])
        }
        try add(
            "stats.clear_statistics", "Sets counters to 0 and tells what they were.",
            "A text `group:name = 0 (VALUE)` for one counter, an array of such texts for several, an empty object for none.",
            mutates: true, to: server
        ) { call throws(MethodFault) in
            let lines = try selection(call, registry, missing: "Please provide stats name").map {
                statistic -> JSONValue in
                let before = statistic.read()
                statistic.reset?()
                return .string("\(statistic.group):\(statistic.name) = \(statistic.read()) (\(before))")
            }
            return lines.isEmpty ? .object([]) : lines.count == 1 ? lines[0] : .array(lines)
        }
    }

    private static func add(
        _ name: String, _ summary: String, _ doc: String, mutates: Bool = false, to server: Server,
        _ answer: @escaping @Sendable (MethodCall) throws(MethodFault) -> JSONValue
    ) throws(MethodRegistry.DuplicateMethod) {
        try server.methods.register(
            MethodDescription(
                name,
                parameters: [
                    .init(
                        "statistic", .string,
                        doc: "`all`, a group with a colon (`sl:`), a name, or `group:name`; repeatable")
                ],
                summary: summary, doc: doc, example: "sipcmd \(name) all", mutates: mutates)
        ) { call throws(MethodFault) in .value(try answer(call)) }
    }

    private static func selection(
        _ call: MethodCall, _ registry: StatisticsRegistry,
        missing: String = "Please provide which stats to retrieve"
    ) throws(MethodFault) -> [Statistic] {
        let wanted = call.allValues.compactMap(\.stringValue)
        guard !wanted.isEmpty else { throw MethodFault(400, missing) }
        let all = registry.all
        return wanted.flatMap { name -> [Statistic] in
            if name == "all" { return all }
            if name.hasSuffix(":") { return all.filter { $0.group == name.dropLast() } }
            return all.filter {
                $0.name == name || "\($0.group):\($0.name)" == name || "\($0.group).\($0.name)" == name
            }
        }
    }
}
