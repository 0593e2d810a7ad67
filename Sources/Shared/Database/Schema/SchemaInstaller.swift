/// Adds tables to an open database.
package struct SchemaInstaller {
    /// What was added to a database.
    package struct Change: Equatable, Sendable {
        /// The tables that were created, in order.
        package var tables: [String] = []
        /// The triggers that were created, in order.
        package var triggers: [String] = []
        /// The columns that were added to Kamailio's tables, as `table.column`.
        package var columns: [String] = []
        /// Why the triggers could not be created; the tables are usable all the same, but changes are not noticed.
        package var triggerRefusal: DatabaseError?

        /// True when nothing was added.
        package var isEmpty: Bool { tables.isEmpty && triggers.isEmpty && columns.isEmpty }
    }

    private let connection: any DatabaseConnection

    /// Prepares the work on an open database.
    package init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    // MARK: Looking

    /// The names of all tables in the database, sorted.
    package func existingTables() throws(DatabaseError) -> [String] {
        try names(
            sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
            mysql: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
    }

    private func existingTriggers() throws(DatabaseError) -> [String] {
        try names(
            sqlite: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            mysql: "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()")
    }

    private func names(sqlite: String, mysql: String) throws(DatabaseError) -> [String] {
        let sql =
            switch connection.engine {
            case .sqlite: sqlite
            case .mysql: mysql
            }
        return try connection.rows(sql).compactMap { $0[0].text }.sorted()
    }

    /// What `complete` would add: tables, and triggers on tables of the set `sipd`.
    package func missing(
        _ sets: Set<SchemaSet> = Schema.defaultSets, only wanted: Set<String>? = nil
    ) throws(DatabaseError) -> Change {
        let tables = Set(try existingTables())
        let triggers = Set(try existingTriggers())
        var change = Change()
        for group in Schema.groups where sets.contains(group.set) {
            for statement in group.statements(for: connection.engine) {
                switch statement.kind {
                case .table where wanted.map { $0.contains(statement.table) } ?? true:
                    if !tables.contains(statement.table) { change.tables.append(statement.table) }
                case .trigger where wanted == nil:
                    if !triggers.contains(statement.name) { change.triggers.append(statement.name) }
                case .column where wanted == nil:
                    // A table that is made along the way has none of the added columns.
                    var isThere = tables.contains(statement.table)
                    if isThere { isThere = try hasColumn(statement) }
                    if !isThere { change.columns.append("\(statement.table).\(statement.columnName)") }
                case .index, .row, .table, .trigger, .column: break
                }
            }
        }
        return change
    }

    private func hasColumn(_ statement: SchemaStatement) throws(DatabaseError) -> Bool {
        guard let table = SQLIdentifier(statement.table) else { return false }
        return try TableDefinition(table, in: connection)?.column(statement.columnName) != nil
    }

    // MARK: Adding

    /// Adds the tables of the sets that are missing, and sipd's triggers; never changes a table that is there.
    ///
    /// On SQLite all or nothing is done. MariaDB commits every table by itself: after a failure the tables that were made
    /// stay, and the next call goes on from there.
    package func complete(
        _ sets: Set<SchemaSet> = Schema.defaultSets, only wanted: Set<String>? = nil
    ) throws -> Change {
        switch connection.engine {
        case .sqlite: try connection.transaction { try addMissing(sets, wanted) }
        case .mysql: try addMissing(sets, wanted)
        }
    }

    private func addMissing(_ sets: Set<SchemaSet>, _ only: Set<String>?) throws(DatabaseError) -> Change {
        let wanted = try missing(sets, only: only)
        let tables = Set(wanted.tables)
        let triggers = Set(wanted.triggers)
        let columns = Set(wanted.columns)
        var change = Change()
        for group in Schema.groups where sets.contains(group.set) {
            for statement in group.statements(for: connection.engine) {
                switch statement.kind {
                case .table where tables.contains(statement.table):
                    try connection.executeDirectly(statement.sql)
                    change.tables.append(statement.table)
                case .index where tables.contains(statement.table): try connection.executeDirectly(statement.sql)
                case .column where columns.contains("\(statement.table).\(statement.columnName)"):
                    try connection.executeDirectly(statement.sql)
                    change.columns.append("\(statement.table).\(statement.columnName)")
                case .trigger where triggers.contains(statement.name): try addTrigger(statement, &change)
                case .row where only == nil || tables.contains(statement.table): try addRow(statement, tables)
                case .table, .index, .trigger, .column, .row: break
                }
            }
        }
        return change
    }

    /// Rows of `version` come with their table, rows of `sipd_generation` whenever they are missing.
    private func addRow(_ statement: SchemaStatement, _ newTables: Set<String>) throws(DatabaseError) {
        let isVersion = statement.sql.hasPrefix("INSERT INTO version")
        guard !isVersion || newTables.contains(statement.table) else { return }
        let query =
            isVersion ? "SELECT 1 FROM version WHERE table_name = ?" : "SELECT 1 FROM sipd_generation WHERE name = ?"
        guard try connection.firstRow(query, [.text(statement.table)]) == nil else { return }
        try connection.executeDirectly(statement.sql)
    }

    /// A server with a binary log lets only administrators make triggers; everything else works without them.
    private func addTrigger(_ statement: SchemaStatement, _ change: inout Change) throws(DatabaseError) {
        guard change.triggerRefusal == nil else { return }
        do throws(DatabaseError) {
            try connection.executeDirectly(statement.sql)
            change.triggers.append(statement.name)
        } catch  where error.reason == .denied {
            change.triggerRefusal = error
        }
    }
}

extension SchemaStatement {
    /// The name of the column that the statement adds.
    var columnName: String {
        let words = sql.split(maxSplits: 6) { " \n(".contains($0) }
        return words.count > 5 ? words[5].filter { $0 != "`" } : ""
    }

    /// The name of the trigger, table or index that the statement makes.
    var name: String {
        let words = sql.split(maxSplits: 3) { " \n(".contains($0) }
        return words.count > 2 ? words[2].filter { $0 != "`" } : ""
    }
}
