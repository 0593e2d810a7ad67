import CommandLineInterface
import Database
import OperatingSystem

/// `audit`: who changed what by sipctl.
enum Audit {
    static let command = Command(
        "audit", summary: "who changed what by sipctl",
        subcommands: [
            Command(
                "list", summary: "show the commands that changed something",
                options: [TableOptions.condition, TableOptions.sort, Limit.option, TableOptions.offset],
                examples: [Example("sipctl audit list --sort -id --limit 20", "the last ones")],
                run: { try list($0, $1, table: nil) }),
            Command(
                "show", summary: "show the rows that one command changed, before and after; secrets are left out",
                arguments: [.required("ID", "as audit list shows it")], run: { try show($0, $1) }),
        ])

    static let columns = [
        "id", "time", "uid", "username", "command", "tables", "generation", "added", "changed", "removed",
    ]

    /// The commands, of one table or of all.
    static func list(_ invocation: Invocation, _ console: Console, table name: String?) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(columns), console: console)
        try invocation.withTable("sipd_audit", console) { table in
            var query = RowQuery(columns: table.definition.columns.map(\.name))
            query.conditions = try table.selection([], []).conditions
            if let name { query.conditions.append(RowCondition("tables", .matches, .text("*\(name)*"))) }
            query.order = try TableOptions.order(invocation, table)
            query.limit = try Limit.value(invocation)
            query.offset = try TableOptions.offset(invocation)
            try table.rows.forEach(query) { row throws(DatabaseError) in
                let names = (row[5].text ?? "").split(separator: ",")
                guard name == nil || names.contains(where: { $0 == name ?? "" }) else { return .proceed }
                var fields = row.values.map { Field($0) }
                fields[1] = .text(text(ofTime: row[1].integer ?? 0))
                writer.write(fields)
                return .proceed
            }
        }
        writer.finish()
        return .success
    }

    private static func text(ofTime seconds: Int64) -> String {
        CalendarTime.text(seconds, in: .utc).split(separator: " ").joined(separator: "T") + "Z"
    }

    private static func show(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let text = try FieldRule.number(1...Int64(Int32.max)).canonical("id", invocation.required(0))
        let names = ["table", "action", "row", "before", "after"]
        var writer = RowWriter(try invocation.layout(names), console: console)
        try invocation.withDatabase(console) { connection in
            let id = DatabaseValue.integer(Int64(text) ?? 0)
            guard try RowTable(connection, "sipd_audit").count([RowCondition("id", .equal, id)]) > 0 else {
                throw CommandFailure(
                    .noSuchRecord, "there is no audit entry \(text)", hint: "'sipctl audit list' shows them")
            }
            var query = RowQuery(columns: ["table_name", "action", "row_name", "before_row", "after_row"])
            query.conditions = [RowCondition("audit_id", .equal, id)]
            query.order = [RowQuery.Order("id")]
            try RowTable(connection, "sipd_audit_row").forEach(query) { row throws(DatabaseError) in
                writer.write(row.values.map { Field($0) })
                return .proceed
            }
        }
        writer.finish()
        return .success
    }
}
