import CommandLineInterface
import Database
import OperatingSystem
import Suggestions

/// A table in an open database, with what is known about it.
struct OpenTable {
    let description: TableDescription
    let definition: TableDefinition
    let connection: any DatabaseConnection
    let invocation: Invocation
    let recorder: ChangeRecorder

    var rows: RowTable { RowTable(connection, definition.name) }
    var engine: DatabaseURL.Engine { connection.engine }

    /// Looks the table up.
    ///
    /// - Throws: `DatabaseError` with `tableMissing` when the database has none of that name.
    init(
        _ description: TableDescription, _ connection: any DatabaseConnection, _ invocation: Invocation,
        _ recorder: ChangeRecorder
    ) throws {
        guard let definition = try TableDefinition(description.table, in: connection) else {
            throw DatabaseError(
                .tableMissing(description.table.name), database: connection.url.description, detail: "")
        }
        for column in description.key where definition.column(column) == nil {
            throw DatabaseError(
                .columnMissing("\(description.table).\(column)"), database: connection.url.description, detail: "")
        }
        self.description = description
        self.definition = definition
        self.connection = connection
        self.invocation = invocation
        self.recorder = recorder
    }

    // MARK: Values

    /// The column of that name.
    func column(_ name: String) throws(CommandFailure) -> ColumnDefinition {
        if let column = definition.column(name) { return column }
        let names = definition.columns.map(\.name.name)
        let near = NearestName.of(name, among: names)
        throw CommandFailure(
            .usage, "table '\(definition.name)' has no column '\(name)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "the columns are \(names.joined(separator: ", "))")
    }

    /// The value to store for a text, checked by the column's rule and type; nil is NULL.
    func value(_ text: String?, _ column: ColumnDefinition) throws(CommandFailure) -> DatabaseValue {
        var text = text
        if let given = text, let rule = description.rules[column.name.name] {
            text = try rule.canonical(label(column), given)
        }
        return try ColumnText.value(text, column, label: label(column), engine: engine)
    }

    private func label(_ column: ColumnDefinition) -> String {
        description.labels[column.name.name] ?? column.name.name
    }

    /// A row from texts, neither complete nor checked as a whole.
    func draft(_ texts: [(column: String, text: String)]) throws(CommandFailure) -> RowDraft {
        var draft = RowDraft(definition, engine)
        for (name, text) in texts { draft[name] = try value(text, try column(name)) }
        return draft
    }

    /// Checks a row as a whole and adds what follows from the columns that are given.
    func normalise(_ draft: inout RowDraft) throws(CommandFailure) {
        try description.normalise?(&draft, invocation)
    }

    /// Fills in what a new row needs and is not given.
    func complete(_ draft: inout RowDraft) throws(CommandFailure) {
        for (name, text) in description.defaults where draft[name] == nil {
            guard let column = definition.column(name) else { continue }
            draft[name] = try ColumnText.value(text, column, engine: engine)
        }
        touch(&draft)
        for (name, need) in description.needs where draft.text(name)?.isEmpty ?? true {
            throw CommandFailure(.badData, "\(describe(draft)) needs \(need)")
        }
        for (column, value) in zip(definition.columns, draft.values) where value == nil && !column.hasDefault {
            throw CommandFailure(.badData, "\(describe(draft)) has no \(column.name)", hint: "the column needs a value")
        }
    }

    /// Sets the time of the change.
    func touch(_ draft: inout RowDraft) {
        guard let stamp = description.stamp else { return }
        draft[stamp] = TimeColumn.value(Int64(WallClock.now.seconds), for: engine)
    }

    /// What a row is called in messages: `group 'ld' of alice@pbx.test`.
    func describe(_ draft: RowDraft) -> String {
        if let describe = description.describe { return describe(draft) }
        let texts = draft.texts(description.key).filter { !$0.isEmpty }
        return "\(description.thing) '\(texts.joined(separator: " "))'"
    }

    // MARK: Finding

    /// The row with the same key as a draft, locked for the transaction.
    func existing(_ draft: RowDraft) throws(DatabaseError) -> RowDraft? {
        var query = RowQuery(columns: definition.columns.map(\.name))
        for name in description.key {
            guard let column = definition.column(name), let value = draft[name] else { continue }
            query.conditions.append(RowCondition(column.name, .equal, value))
        }
        if query.conditions.isEmpty { return nil }
        query.limit = 1
        let found = try rows.rows(query, locking: connection.isInTransaction)
        return found.first.map { RowDraft(definition, engine, $0) }
    }

    /// The condition that finds exactly this row, which was read.
    func identity(_ row: RowDraft) -> [RowCondition] {
        if definition.hasID, let id = row["id"] { return [RowCondition("id", .equal, id)] }
        return zip(definition.columns, row.values).compactMap { column, value in
            value.map { RowCondition(column.name, .equal, $0) }
        }
    }

    // MARK: Changing

    /// Adds a complete row.
    func insert(_ draft: RowDraft) throws {
        do {
            _ = try rows.insert(draft.givenColumns, draft.givenValues)
        } catch  where error.reason == .duplicate {
            throw alreadyThere(draft, nil)
        }
        recorder.record(self, before: nil, after: draft)
    }

    /// Changes the columns of a row that are given in `changes`.
    func update(_ row: RowDraft, _ changes: RowDraft) throws {
        var changes = changes
        touch(&changes)
        _ = try rows.update(changes.givenColumns, changes.givenValues, where: identity(row))
        recorder.record(self, before: row, after: changes)
    }

    /// Removes a row that was read.
    func delete(_ row: RowDraft) throws {
        _ = try rows.delete(identity(row))
        recorder.record(self, before: row, after: nil)
    }

    func alreadyThere(_ draft: RowDraft, _ row: RowDraft?) -> CommandFailure {
        let id = row?.text("id")
        return CommandFailure(
            .alreadyExists, "\(describe(draft)) is in the table" + (id.map { ", with id \($0)" } ?? ""),
            hint: "--if-not-exists makes that no failure, 'sipctl \(description.noun) ensure' makes it so")
    }
}

extension Invocation {
    /// The description, or the same for another table with the same columns when the command line names one.
    private func resolved(_ description: TableDescription) throws(CommandFailure) -> TableDescription {
        var name = value(of: TableOptions.table)
        if description.namesTable { name = argument(0) }
        guard let name else { return description }
        guard let identifier = SQLIdentifier(name) else {
            throw ValueRefusal.failure("table", name, "is not a table's name", fix: "letters, digits and '_' only")
        }
        var description = description
        description.table = identifier
        return description
    }

    /// The words of the command line that belong to the slots of a table's command.
    func words(_ description: TableDescription) -> ArraySlice<String> {
        description.namesTable ? arguments.dropFirst() : arguments[...]
    }

    /// Opens a table to look at it.
    func reading<Result>(
        _ description: TableDescription, _ console: Console, _ body: (OpenTable) throws -> Result
    ) throws -> Result {
        let description = try resolved(description)
        return try withDatabase(console) { connection in
            try body(OpenTable(description, connection, self, ChangeRecorder()))
        }
    }

    /// Opens a table to change it in one transaction, which a dry run takes back, and notes the change in the audit.
    func editing<Result>(
        _ description: TableDescription, _ console: Console, _ body: (OpenTable) throws -> Result
    ) throws -> Result {
        let description = try resolved(description)
        return try change(console) { connection in
            let recorder = ChangeRecorder()
            let result = try body(OpenTable(description, connection, self, recorder))
            try recorder.write(connection, self)
            return result
        }
    }
}
