import CommandLineInterface
import Database
import NetworkAddress

/// `db check`: rows that are wrong, dangerous, or without effect.
enum DatabaseCheck {
    /// How bad a finding is.
    enum Level: String {
        /// The daemon refuses the row, or the whole table because of it.
        case error
        /// It works, but not as meant.
        case warning
    }

    static let command = Command(
        "check", summary: "look for rows that are wrong, dangerous or without effect",
        discussion: """
            Every row is checked by the rules of 'add'. Also found are rows twice in a table, IPv6 networks with a mask made
            for IPv4, clear-text passwords and broken hashes. The exit code is 1 when something was found.
            """,
        arguments: [.repeated("TABLE", "only these tables; all when missing")],
        examples: [Example("sipctl db check address subscriber", "two tables")], run: run)

    private static let columns = ["table", "id", "level", "row", "finding"]

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(columns), console: console)
        var count = 0
        try invocation.withDatabase(console) { connection in
            let present = Set(try SchemaInstaller(connection).existingTables())
            var descriptions = TableCatalog.all.filter { present.contains($0.table.name) }
            if !invocation.arguments.isEmpty {
                descriptions = try invocation.arguments.map { try invocation.anyTable($0, connection) }
            }
            for description in descriptions {
                let table = try OpenTable(description, connection, invocation, ChangeRecorder())
                var seen: [String: String] = [:]
                try table.forEach(RowSelection()) { row throws(DatabaseError) in
                    for (level, finding) in findings(row, table, &seen) {
                        count += 1
                        writer.write([
                            .text(description.table.name), Field(row.text("id")), .text(level.rawValue),
                            .text(table.describe(row)), .text(finding),
                        ])
                    }
                    return .proceed
                }
            }
        }
        writer.finish()
        return count == 0 ? .success : .negative
    }

    private static func findings(
        _ row: RowDraft, _ table: OpenTable, _ seen: inout [String: String]
    ) -> [(Level, String)] {
        var findings: [(Level, String)] = []
        do throws(CommandFailure) {
            for (column, value) in zip(table.definition.columns, row.values) {
                guard let value, value != .null, column.kind != .time, column.kind != .bytes else { continue }
                let text = ColumnText.text(value, column, engine: table.engine)
                let isUnset = text.isEmpty || text == "0"
                if !isUnset || table.description.key.contains(column.name.name) { _ = try table.value(text, column) }
            }
            var copy = row
            if table.description.noun != "subscriber" { try table.normalise(&copy) }
        } catch {
            findings.append((.error, error.message))
        }
        let key = BulkWriter.key(row, table)
        if let first = seen[key] {
            findings.append((.warning, "the same as the row with id \(first)"))
        } else {
            seen[key] = row.text("id") ?? "?"
        }
        switch table.description.noun {
        case "subscriber":
            findings += SubscriberReport.findings(row).filter { $0 != .onlyMD5 }.map { (.warning, $0.rawValue) }
        case "address":
            guard let address = IPAddress(row.text("ip_addr") ?? ""), let mask = row["mask"]?.integer else { break }
            if address.isIPv6, mask > 0, mask <= 32 {
                findings.append((.warning, "the mask admits 2^\(128 - mask) addresses; for one host it is 128"))
            }
        default: break
        }
        return findings
    }
}
