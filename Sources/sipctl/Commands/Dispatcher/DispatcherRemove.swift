import CommandLineInterface
import Database

/// kamctl's `dispatcher rmip` and `rmset`.
enum DispatcherRemove {
    static let verbs: [Command] = [
        Command(
            "rmset", summary: "remove all destinations of a set",
            arguments: [.required("SET", "the number of the set")],
            options: [TableOptions.ifExists, DaemonReload.option],
            examples: [Example("sipctl dispatcher rmset 1", "kamctl's spelling")],
            run: { try TableRemove.run(.dispatcherSet, $0, $1) }),
        Command(
            "rmip", summary: "remove the destinations of a set with this host",
            arguments: [.required("HOST", "an address or name"), .required("SET", "the number of the set")],
            options: [TableOptions.ifExists, DaemonReload.option],
            examples: [Example("sipctl dispatcher rmip 192.0.2.20 1", "kamctl's spelling")],
            run: { try removeHost($0, $1) }),
    ]

    private static func removeHost(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let host = try FieldRule.host.canonical("host", invocation.required(0))
        let names = try invocation.editing(.dispatcher, console) { table in
            let conditions = try table.conditions([("setid", try invocation.required(1))])
            let rows = try table.found(RowSelection(conditions: conditions)).filter { self.host(of: $0) == host }
            guard !rows.isEmpty || invocation.has(TableOptions.ifExists) else {
                throw table.missing(invocation.arguments[...])
            }
            for row in rows { try table.delete(row) }
            return rows.map(table.describe)
        }
        for name in names { invocation.report("removed \(name)", on: console) }
        return try DaemonReload.followUp(.dispatcher, invocation, console)
    }

    private static func host(of row: RowDraft) -> String? {
        guard let uri = row.text("destination"), let colon = uri.firstIndex(of: ":") else { return nil }
        var rest = uri[uri.index(after: colon)...]
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if rest.first == "[" { return String(rest.dropFirst().prefix { $0 != "]" }) }
        return String(rest.prefix { $0 != ":" && $0 != ";" && $0 != "?" })
    }
}

extension TableDescription {
    /// The same table, its rows named by their set alone.
    fileprivate static var dispatcherSet: TableDescription {
        var copy = TableDescription.dispatcher
        copy.find = [.column("setid", "SET", "the number of the set")]
        copy.oneNumberIsID = false
        return copy
    }
}
