import CommandLineInterface
import Database

/// Fills a database with the rows of a backup, inside one transaction.
final class RestoreTarget: BackupSink {
    private let connection: any DatabaseConnection
    private var bulk: BulkInsert?
    private(set) var table: TableDefinition?
    /// The columns of the backup that are written, with their places in its rows.
    private var columns: [(index: Int, column: ColumnDefinition)] = []

    init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    /// Adds the tables and columns that the backup has and the database lacks, before the transaction: on MariaDB that
    /// cannot be taken back.
    static func prepare(
        _ tables: [(name: String, columns: [(name: String, type: String)])], _ connection: any DatabaseConnection
    ) throws {
        let present = Set(try SchemaInstaller(connection).existingTables())
        for (name, columns) in tables {
            guard let identifier = SQLIdentifier(name) else {
                throw CommandFailure(.badData, "table '\(name)' of the backup has no possible name")
            }
            guard present.contains(name) else {
                let list = columns.map { "`\($0.name)` \($0.type)" }.joined(separator: ", ")
                try checkNames(columns)
                try connection.executeDirectly("CREATE TABLE \(identifier.quoted) (\(list))")
                continue
            }
            let definition = try TableDefinition(identifier, in: connection)
            let missing = columns.filter { definition?.column($0.name) == nil }
            try checkNames(missing)
            for column in missing {
                try connection.executeDirectly(
                    "ALTER TABLE \(identifier.quoted) ADD COLUMN `\(column.name)` \(column.type) DEFAULT NULL")
            }
        }
    }

    private static func checkNames(_ columns: [(name: String, type: String)]) throws(CommandFailure) {
        let types = ["INT", "BIGINT", "DOUBLE", "TEXT", "DATETIME", "BLOB"]
        for (name, type) in columns {
            let length = type.hasPrefix("VARCHAR(") && type.hasSuffix(")") ? Int(type.dropFirst(8).dropLast()) : nil
            guard SQLIdentifier(name) != nil, length != nil || types.contains(type) else {
                throw CommandFailure(.badData, "column '\(name)' of the backup has no possible name or type")
            }
        }
    }

    /// Removes all rows of the tables that the backup has.
    static func clear(_ tables: [String], _ connection: any DatabaseConnection) throws(DatabaseError) {
        for name in tables {
            guard let identifier = SQLIdentifier(name) else { continue }
            _ = try RowTable(connection, identifier).delete([])
        }
    }

    /// Whether one of our tables holds a row that a restore would be mixed with.
    static func firstFilledTable(
        _ tables: [String], _ connection: any DatabaseConnection
    ) throws(DatabaseError) -> String? {
        let present = Set(try SchemaInstaller(connection).existingTables())
        for name in tables where name != "version" && !name.hasPrefix("sipd_") && present.contains(name) {
            guard let identifier = SQLIdentifier(name) else { continue }
            if try connection.firstRow("SELECT 1 FROM \(identifier.quoted) LIMIT 1") != nil { return name }
        }
        return nil
    }

    // MARK: Rows

    func begin(_ table: TableDefinition) throws {
        try begin(table.name.name, table.columns.map(\.name.name))
    }

    func begin(_ name: String, _ names: [String]) throws {
        try bulk?.finish()
        guard let identifier = SQLIdentifier(name), let definition = try TableDefinition(identifier, in: connection)
        else {
            throw DatabaseError(.tableMissing(name), database: connection.url.description, detail: "")
        }
        table = definition
        columns = names.enumerated().compactMap { index, name in definition.column(name).map { (index, $0) } }
        bulk = BulkInsert(connection, into: identifier, columns: columns.map(\.column.name))
    }

    func write(_ row: DatabaseRow, _ table: TableDefinition, _ engine: DatabaseURL.Engine) throws {
        try bulk?.add(
            columns.map { index, column in
                guard column.kind == .time, engine != connection.engine else { return row[index] }
                return TimeColumn.seconds(row[index], from: engine).map { TimeColumn.value($0, for: connection.engine) }
                    ?? row[index]
            })
    }

    /// Adds a row whose values stand in the order of the names that `begin` got.
    func write(_ values: [DatabaseValue]) throws {
        try bulk?.add(columns.map { index, _ in values.indices.contains(index) ? values[index] : .null })
    }

    /// The columns in the order of the backup, for reading its values.
    func column(at index: Int) -> ColumnDefinition? {
        columns.first { $0.index == index }?.column
    }

    func finish(rows: Int) throws {
        try bulk?.finish()
        bulk = nil
    }
}
