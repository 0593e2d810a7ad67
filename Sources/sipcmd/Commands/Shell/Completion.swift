import ControlProtocol

/// What the word that is being typed may become, asked of the server.
struct Completion {
    // More are of no use on a terminal, and cost a server.
    private static let candidatesMax = 200

    let call: (_ method: String, _ parameters: [JSONValue]) -> JSONValue?

    /// Candidates for the last of the words; the first is the method.
    func candidates(_ words: [String]) -> [String] {
        guard let last = words.last else { return [] }
        let all = words.count == 1 ? methods + SipcmdProgram.commandNames : arguments(words)
        return Array(Set(all.filter { $0.hasPrefix(last) }).sorted().prefix(Self.candidatesMax))
    }

    private var methods: [String] {
        texts(call("system.listMethods", [])) + MethodAlias.all.map(\.word)
    }

    private func arguments(_ words: [String]) -> [String] {
        let method = MethodAlias(words[0])?.method ?? words[0]
        let position = words.count - 2
        if ["help", "?", "system.methodHelp", "system.methodSignature"].contains(method) {
            return position == 0 ? methods : []
        }
        let signature = call("system.methodSignature", [.string(method)])
        let name = signature?["parameters"]?[position]?["name"]?.stringValue ?? Self.usualName(method, position)
        switch name {
        case "table": return tables
        case "aor": return aors(words)
        case "contact": return contacts(words)
        case "validate", "rollback": return ["true"]
        case "brief": return ["brief"]
        case "group" where method.hasPrefix("cfg."): return Set(pairs.map(\.0)).sorted()
        case "name" where method.hasPrefix("cfg."): return pairs.filter { $0.0 == words[1] }.map(\.1)
        case "group" where method.hasPrefix("cnt."): return texts(call("cnt.grps_list", []))
        case "name" where method.hasPrefix("cnt."): return texts(call("cnt.var_list", [.string(words[1])]))
        case "statistic": return ["all"] + texts(call("cnt.grps_list", [])).map { $0 + ":" }
        case "group": return groups
        case "level": return ["error", "warning", "notice", "info", "debug", "default"]
        case "module": return texts(call("core.modules", []))
        case "htable", "table_name", "htname": return tableNames
        default: return []
        }
    }

    /// What kamcmd completes without being told.
    private static func usualName(_ method: String, _ position: Int) -> String? {
        guard method.hasPrefix("cfg.") || method.hasPrefix("cnt.") else { return nil }
        return position == 0 ? "group" : position == 1 ? "name" : nil
    }

    private var pairs: [(String, String)] {
        texts(call("cfg.list", [])).compactMap { text in
            let parts = text.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1].drop { $0 == " " })) : nil
        }
    }

    private var tables: [String] {
        let rows = call("ul.dump", [["limit": 1, "fields": ["Domain"]]])?["rows"]?.arrayValue ?? []
        return Array(Set(rows.compactMap { $0["Domain"]?.stringValue } + ["location"])).sorted()
    }

    private func aors(_ words: [String]) -> [String] {
        let options: JSONValue = [
            "limit": JSONValue(Self.candidatesMax), "fields": ["AoR"],
            "where": ["AoR": ["prefix": .string(words.last ?? "")]],
        ]
        return (call("ul.dump", [options])?["rows"]?.arrayValue ?? []).compactMap { $0["AoR"]?.stringValue }
    }

    private func contacts(_ words: [String]) -> [String] {
        guard words.count > 3 else { return [] }
        let answer = call("ul.lookup", [.string(words[1]), .string(words[2])])
        return (answer?["Contacts"]?.arrayValue ?? []).compactMap { $0["Contact"]?["Address"]?.stringValue }
    }

    private var groups: [String] {
        let sets = call("dispatcher.list", []).map { ListingRow.rows(ofResult: $0) } ?? []
        let addresses =
            (call("permissions.addressDump", [["limit": 1000, "fields": ["group"]]])?["rows"]?.arrayValue ?? [])
            .compactMap { $0["group"]?.integerValue }
        return Set(sets.compactMap { row in row.first { $0.name == "ID" }?.value.integerValue } + addresses).sorted()
            .map { String($0) }
    }

    private var tableNames: [String] {
        (call("htable.listTables", [])?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    private func texts(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
