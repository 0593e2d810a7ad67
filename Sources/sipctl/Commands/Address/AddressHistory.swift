import CommandLineInterface
import ControlProtocol
import Database

/// `address history` and `address rollback`.
enum AddressHistory {
    static let history = Command(
        "history", summary: "show the commands that changed addresses, with the generation each made",
        options: [TableOptions.condition, TableOptions.sort, Limit.option, TableOptions.offset],
        examples: [Example("sipctl address history", "all of them")], run: { try Audit.list($0, $1, table: "address") })

    static let rollback = Command(
        "rollback", summary: "take back what sipctl changed after a generation",
        discussion: """
            Undoes the changes one by one, the last first, in one transaction. A row that somebody else changed since is not
            touched; then nothing is.
            """,
        arguments: [.required("GENERATION", "as address history shows it")], options: [DaemonReload.option],
        examples: [Example("sipctl --dry-run address rollback 3", "see whether it can be done")],
        run: { try rollback($0, $1) })

    private static func rollback(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let text = try FieldRule.number(0...Int64.max).canonical("generation", invocation.required(0))
        let count = try invocation.editing(.address, console) { table in
            let sql = """
                SELECT r.action, r.before_row, r.after_row, r.row_name FROM sipd_audit_row r
                JOIN sipd_audit a ON a.id = r.audit_id
                WHERE r.table_name = 'address' AND a.generation > ? ORDER BY r.id DESC
                """
            let changes = try table.connection.rows(sql, [.integer(Int64(text) ?? 0)])
            try GenerationTable(table.connection).raisingOnce("address") {
                for change in changes { try undo(change, table) }
            }
            return changes.count
        }
        invocation.report("took back \(count) changes", on: console)
        guard count > 0 else { return .success }
        return try DaemonReload.followUp(.address, invocation, console)
    }

    private static func undo(_ change: DatabaseRow, _ table: OpenTable) throws {
        let before = try row(change[1], table)
        let after = try row(change[2], table)
        switch (before, after) {
        case (nil, let after?):
            guard let there = try table.existing(after) else { throw conflict(change) }
            try table.delete(there)
        case (let before?, nil):
            guard try table.existing(before) == nil else { throw conflict(change) }
            try table.insert(before)
        case (let before?, .some):
            guard let there = try table.existing(before) else { throw conflict(change) }
            try table.update(there, before)
        case (nil, nil): return
        }
    }

    private static func conflict(_ change: DatabaseRow) -> CommandFailure {
        CommandFailure(
            .alreadyExists, "\(change[3].text ?? "a row") was changed by somebody else since",
            hint: "nothing was changed")
    }

    private static func row(_ value: DatabaseValue, _ table: OpenTable) throws -> RowDraft? {
        guard let text = value.text else { return nil }
        var row = RowDraft(table.definition, table.engine)
        for member in try JSONParser.parse(text).objectValue ?? [] where member.name != "id" {
            guard let column = table.definition.column(member.name) else { continue }
            let text = member.value.isNull ? nil : member.value.stringValue ?? member.value.text()
            row[member.name] = try ColumnText.value(text, column, engine: table.engine)
        }
        return row
    }
}
