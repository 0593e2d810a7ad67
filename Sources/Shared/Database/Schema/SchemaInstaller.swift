/// Adds tables to an open database.
package struct SchemaInstaller {
    /// What was added to a database.
    package struct Change: Equatable, Sendable {
        /// The tables that were created, in order.
        package var tables: [String] = []
        /// The triggers that were created, in order.
        package var triggers: [String] = []
        /// Why the triggers could not be created; the tables are usable all the same, but changes are not noticed.
        package var triggerRefusal: DatabaseError?

        /// True when nothing was added.
        package var isEmpty: Bool { tables.isEmpty && triggers.isEmpty }
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
    package func missing(_ sets: Set<SchemaSet> = Schema.defaultSets) throws(DatabaseError) -> Change {
        let tables = Set(try existingTables())
        let triggers = Set(try existingTriggers())
        var change = Change()
        for group in Schema.groups where sets.contains(group.set) {
            for statement in group.statements(for: connection.engine) {
                switch statement.kind {
                case .table: if !tables.contains(statement.table) { change.tables.append(statement.table) }
                case .trigger: if !triggers.contains(statement.name) { change.triggers.append(statement.name) }
                case .index, .row: break
                }
            }
        }
        return change
    }

    // MARK: Adding

    /// Adds the tables of the sets that are missing, and sipd's triggers; never changes a table that is there.
    ///
    /// On SQLite all or nothing is done. MariaDB commits every table by itself: after a failure the tables that were made
    /// stay, and the next call goes on from there.
    package func complete(_ sets: Set<SchemaSet> = Schema.defaultSets) throws -> Change {
        switch connection.engine {
        case .sqlite: try connection.transaction { try addMissing(sets) }
        case .mysql: try addMissing(sets)
        }
    }

    private func addMissing(_ sets: Set<SchemaSet>) throws(DatabaseError) -> Change {
        let wanted = try missing(sets)
        let tables = Set(wanted.tables)
        let triggers = Set(wanted.triggers)
        var change = Change()
        for group in Schema.groups where sets.contains(group.set) {
            for statement in group.statements(for: connection.engine) {
                switch statement.kind {
                case .table where tables.contains(statement.table):
                    try connection.executeDirectly(statement.sql)
                    change.tables.append(statement.table)
                case .index where tables.contains(statement.table): try connection.executeDirectly(statement.sql)
                case .trigger where triggers.contains(statement.name): try addTrigger(statement, &change)
                case .row: try addRow(statement, tables)
                case .table, .index, .trigger: break
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
    /// The name of the trigger, table or index that the statement makes.
    var name: String {
        let words = sql.split(maxSplits: 3) { " \n(".contains($0) }
        return words.count > 2 ? words[2].filter { $0 != "`" } : ""
    }
}
