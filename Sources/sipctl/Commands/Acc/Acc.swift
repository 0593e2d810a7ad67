import CommandLineInterface
import Database
import OperatingSystem

/// kamctl's `acc`: call records.
enum Acc {
    /// The columns that stock configurations add to the records.
    private static let extraColumns = [
        ("src_user", 64), ("src_domain", 128), ("src_ip", 64), ("dst_ouser", 64), ("dst_user", 64), ("dst_domain", 128),
    ]

    static let verbs: [Command] = [
        Command(
            "initdb", summary: "add the columns that stock configurations write to acc and missed_calls",
            discussion: "Columns that are there are left alone, so that the command may be repeated.",
            examples: [Example("sipctl acc initdb", "kamctl's spelling")], run: { try addColumns($0, $1) }),
        Command(
            "recent", summary: "show the records of the last seconds",
            arguments: [.optional("SECONDS", "how many; 300 when missing")],
            options: TableOptions.query(.accounting),
            examples: [Example("sipctl acc recent 3600", "kamctl's spelling")],
            run: { try recent($0, $1) }),
    ]

    private static func addColumns(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var added: [String] = []
        try invocation.withDatabase(console) { connection in
            for table in ["acc", "missed_calls"] as [SQLIdentifier] {
                guard let definition = try TableDefinition(table, in: connection) else {
                    throw DatabaseError(.tableMissing(table.name), database: connection.url.description, detail: "")
                }
                for (name, length) in extraColumns where definition.column(name) == nil {
                    added.append("\(table).\(name)")
                    guard !invocation.isDryRun else { continue }
                    try connection.executeDirectly(
                        "ALTER TABLE \(table.quoted) ADD COLUMN \(name) VARCHAR(\(length)) NOT NULL DEFAULT ''")
                }
            }
        }
        if added.isEmpty { console.note("nothing is missing") }
        for column in added { invocation.report("added column '\(column)'", on: console) }
        return .success
    }

    private static func recent(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let text = invocation.argument(0) ?? "300"
        let seconds = Int64(try FieldRule.number(0...Int64(Int32.max)).canonical("seconds", text)) ?? 300
        return try invocation.reading(.accounting, console) { table in
            var selection = try table.selection([], [])
            let since = TimeColumn.value(Int64(WallClock.now.seconds) - seconds, for: table.engine)
            selection.conditions.append(RowCondition("time", .greaterOrEqual, since))
            var writer = RowWriter(try invocation.layout(table), console: console)
            try table.write(selection, &writer, console)
            writer.finish()
            return .success
        }
    }
}
