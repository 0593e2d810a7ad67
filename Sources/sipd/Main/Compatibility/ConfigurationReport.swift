import CommandLineInterface
import ModuleInterface
import SIPMessage
import ScriptEngine
import ScriptSyntax

/// `sipd -c --report`: every name of a configuration with its place and what becomes of it here.
struct ConfigurationReport {
    /// One name, or one error.
    struct Entry: Hashable {
        let location: SourceLocation
        /// `module`, `parameter`, `function`, …, or `error` for a problem that is none of a name.
        let kind: String
        let name: String
        let verdict: Verdict
        let note: String?
    }

    /// The entries in the order of the configuration.
    let entries: [Entry]

    /// Makes the report from a configuration and the problems that loading it has found.
    init(
        _ configuration: ScriptSyntax.Configuration, _ diagnostics: [Diagnostic],
        provided: ProvidedNames = ProvidedNames()
    ) {
        let names = UsedNames(configuration).all
        let loaded = names.filter { $0.kind == .module }.map(\.name)
        var entries: [Entry] = []
        var seen: Set<Entry> = []
        for used in names {
            let (verdict, note) = Self.judge(used, loaded, configuration, provided)
            let name = used.module.map { "\($0)/\(used.name)" } ?? (used.kind == .variable ? "$" : "") + used.name
            let entry = Entry(
                location: configuration.location(used.position), kind: used.kind.rawValue, name: name,
                verdict: verdict, note: note)
            if seen.insert(entry).inserted { entries.append(entry) }
        }
        let refused = Set(entries.filter { $0.verdict == .refused }.map(\.location))
        for diagnostic in diagnostics where diagnostic.severity == .error && !refused.contains(diagnostic.location) {
            entries.append(
                Entry(
                    location: diagnostic.location, kind: "error", name: diagnostic.message, verdict: .refused,
                    note: diagnostic.hint))
        }
        self.entries = entries
    }

    // MARK: - Verdicts

    private static func judge(
        _ used: UsedName, _ loaded: [String], _ configuration: ScriptSyntax.Configuration, _ provided: ProvidedNames
    ) -> (Verdict, String?) {
        switch used.kind {
        case .module:
            let verdict = provided.verdict(module: used.name)
            return (verdict, verdict == .refused ? unknown(KamailioNames.modules.contains(used.name)) : nil)
        case .parameter: return judgeParameter(used, loaded, provided)
        case .function:
            if let module = provided.provider(ofFunction: used.name) { return judge(module, loaded) }
            return (.refused, unknown(KamailioNames.functions.values.contains { $0.contains(used.name) }))
        case .variable:
            if let module = provided.provider(ofVariable: used.name) { return judge(module, loaded) }
            return (.refused, unknown(KamailioNames.variables.values.contains { $0.contains(used.name) }))
        case .global: return (judgeGlobal(used, configuration), nil)
        case .eventRoute:
            if provided.runs(eventRoute: used.name) { return (.supported, nil) }
            return (.accepted, "nothing runs it here")
        }
    }

    private static func judge(_ module: LoadableModule, _ loaded: [String]) -> (Verdict, String?) {
        if module.isAlwaysLoaded || loaded.contains(module.name) { return (.supported, nil) }
        return (.refused, "it is in module \(module.name), which is not loaded")
    }

    private static func judgeParameter(
        _ used: UsedName, _ loaded: [String], _ provided: ProvidedNames
    ) -> (Verdict, String?) {
        let pattern = used.module ?? ""
        let expression = try? RegularExpression(ByteString("^(\(pattern))$"))
        let modules = loaded.filter { $0 == pattern || expression?.matches(ByteString($0)) ?? false }
        guard !modules.isEmpty else {
            let isKnown = KamailioNames.parameters[pattern]?.contains(used.name) ?? false
            return (.refused, isKnown ? "the module is not loaded" : unknown(false))
        }
        let verdicts = modules.map { provided.verdict(parameter: used.name, of: $0) }
        if verdicts.contains(.refused) {
            return (.refused, unknown(modules.contains { KamailioNames.parameters[$0]?.contains(used.name) ?? false }))
        }
        return (verdicts.contains(.supported) ? .supported : .accepted, nil)
    }

    private static func judgeGlobal(_ used: UsedName, _ configuration: ScriptSyntax.Configuration) -> Verdict {
        for case .global(let global) in configuration.items where global.range.start == used.position {
            return CoreSettings.hasEffect(global) ? .supported : .accepted
        }
        return .supported
    }

    private static func unknown(_ isKnown: Bool) -> String {
        isKnown ? "known to Kamailio 5.6 or 6, not here" : "unknown"
    }

    // MARK: - Output

    /// How many entries have a verdict.
    func count(_ verdict: Verdict) -> Int {
        entries.count { $0.verdict == verdict }
    }

    /// One line an entry, then the totals.
    var text: String {
        var text = ""
        for entry in entries {
            text += "\(entry.location): \(entry.verdict.rawValue): \(entry.kind) \(entry.name)"
            text += entry.note.map { " (\($0))\n" } ?? "\n"
        }
        let totals = Verdict.allCases.map { "\(count($0)) \($0.rawValue)" }
        return text + totals.joined(separator: ", ") + "\n"
    }

    /// One JSON object.
    var json: String {
        let items = entries.map { entry in
            let note = entry.note.map { ",\"note\":\(TextEscape.json($0))" } ?? ""
            return "{\"file\":\(TextEscape.json(entry.location.file)),\"line\":\(entry.location.line),"
                + "\"column\":\(entry.location.column),\"kind\":\(TextEscape.json(entry.kind)),"
                + "\"name\":\(TextEscape.json(entry.name)),\"verdict\":\"\(entry.verdict.rawValue)\"\(note)}"
        }
        let totals = Verdict.allCases.map { "\"\($0.rawValue)\":\(count($0))" }
        return "{\"names\":[\(items.joined(separator: ",\n"))],\n\"totals\":{\(totals.joined(separator: ","))}}\n"
    }
}
