import CommandLineInterface
import Database
import OperatingSystem

/// Collects what a command changes, for the audit.
final class ChangeRecorder {
    /// One changed row.
    struct Entry {
        let table: String
        let action: Action
        let row: String
        let before: String?
        let after: String?
    }

    enum Action: String {
        case add, change, remove
    }

    /// A command that changes more rows is noted by numbers alone, except where the history is needed for going back.
    private static let entriesMax = 1000
    private static let historyTables: Set<String> = ["address"]

    private(set) var entries: [Entry] = []
    private(set) var added = 0
    private(set) var changed = 0
    private(set) var removed = 0
    private var tables: Set<String> = []

    var isEmpty: Bool { added + changed + removed == 0 }

    func record(_ table: OpenTable, before: RowDraft?, after: RowDraft?) {
        let action: Action =
            switch (before, after) {
            case (nil, _): .add
            case (_, nil): .remove
            case (_, _): .change
            }
        count(action, 1, in: table)
        let name = table.definition.name.name
        guard entries.count < Self.entriesMax || Self.historyTables.contains(name), let row = before ?? after else {
            return
        }
        entries.append(
            Entry(
                table: name, action: action, row: table.describe(row),
                before: before.map { text($0, table.description) }, after: after.map { text($0, table.description) }))
    }

    /// Notes changes that were made without looking at the rows.
    func count(_ action: Action, _ number: Int, in table: OpenTable) {
        tables.insert(table.definition.name.name)
        switch action {
        case .add: added += number
        case .change: changed += number
        case .remove: removed += number
        }
    }

    private func text(_ row: RowDraft, _ description: TableDescription) -> String {
        var members: [String] = []
        for (index, column) in row.definition.columns.enumerated() {
            guard let value = row.values[index] else { continue }
            let name = column.name.name
            let isSecret = description.secrets.contains(name) && name != "id"
            let text = ColumnText.field(value, column, engine: row.engine)
            members.append(TextEscape.json(name) + ": " + (isSecret ? "\"***\"" : text.jsonText))
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    // MARK: Writing

    /// Writes the audit inside the transaction of the change; a database without the tables is left alone.
    func write(_ connection: any DatabaseConnection, _ invocation: Invocation) throws {
        guard !isEmpty else { return }
        let caller = CallingUser(invocation.environment)
        let names = tables.sorted()
        let generation = try GenerationTable(connection).generations()?[names.first ?? ""] ?? 0
        let id: Int64
        do throws(DatabaseError) {
            id = try connection.execute(
                """
                INSERT INTO sipd_audit (time, uid, username, command, tables, generation, added, changed, removed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(Int64(WallClock.now.seconds)), .integer(Int64(caller.number)), .text(caller.name),
                    .text(String(invocation.auditText.prefix(500))), .text(names.joined(separator: ",")),
                    .integer(generation), .integer(Int64(added)), .integer(Int64(changed)), .integer(Int64(removed)),
                ]
            ).lastInsertID
        } catch {
            if case .tableMissing = error.reason { return }
            throw error
        }
        var bulk = BulkInsert(
            connection, into: "sipd_audit_row",
            columns: ["audit_id", "table_name", "action", "row_name", "before_row", "after_row"])
        for entry in entries {
            try bulk.add([
                .integer(id), .text(entry.table), .text(entry.action.rawValue), .text(String(entry.row.prefix(250))),
                DatabaseValue(entry.before), DatabaseValue(entry.after),
            ])
        }
        try bulk.finish()
    }
}

extension Field {
    /// The value as JSON.
    var jsonText: String {
        switch self {
        case .null: "null"
        case .integer(let number): String(number)
        case .real(let number): number.isFinite ? String(number) : "null"
        case .text(let text): TextEscape.json(text)
        case .boolean(let flag): flag ? "true" : "false"
        }
    }
}

extension Invocation {
    /// The command as it stands in the audit: no password, no option.
    var auditText: String {
        var words = path
        for (index, word) in arguments.enumerated() {
            let slot = command.arguments.indices.contains(index) ? command.arguments[index] : command.arguments.last
            words.append(slot?.isSecret == true ? "***" : Self.withoutSecret(word))
        }
        return words.joined(separator: " ")
    }

    /// `password=***` for a word that gives a column with a secret its value.
    private static func withoutSecret(_ word: String) -> String {
        guard let equals = word.firstIndex(of: "=") else { return word }
        let name = word[..<equals]
        let isSecret = name.hasSuffix("password") || name.hasPrefix("ha1") || name.hasSuffix("ha1")
        return isSecret ? "\(name)=***" : word
    }
}
