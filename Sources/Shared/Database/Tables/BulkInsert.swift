/// Inserts many rows cheaply: one prepared statement on SQLite, many rows a statement on MariaDB.
///
/// Use it inside a transaction. Rows are written when enough are collected, and by `finish`.
package struct BulkInsert {
    /// What happens to a row whose unique key exists.
    package enum Conflict: Equatable, Sendable {
        /// The insertion fails with `duplicate`.
        case fail
        /// The row is left out.
        case skip
        /// These columns of the existing row get the new values.
        case update([SQLIdentifier])
    }

    private static let rowsPerStatementMax = 500
    /// The protocol's limit is 65,535.
    private static let parametersPerStatementMax = 30_000
    /// Far below every server's `max_allowed_packet`.
    private static let bytesPerStatementMax = 1 << 20

    private let connection: any DatabaseConnection
    private let head: String
    private let tail: String
    private let row: String
    /// The statements for one row and for as many as fit, which are needed again and again.
    private let oneRow: String
    private let allRows: String
    private let width: Int
    private let rowsMax: Int
    private var values: [DatabaseValue] = []
    /// Rows that are collected and not written yet.
    package var waitingCount: Int { waiting }
    private var waiting = 0
    private var bytes = 0
    /// Rows handed over so far.
    package private(set) var count = 0

    /// Prepares an insertion into a table.
    package init(
        _ connection: any DatabaseConnection, into table: SQLIdentifier, columns: [SQLIdentifier],
        onConflict conflict: Conflict = .fail
    ) {
        self.connection = connection
        width = columns.count
        row = "(" + Array(repeating: "?", count: width).joined(separator: ",") + ")"
        head = "INSERT INTO \(table.quoted) (\(columns.map(\.quoted).joined(separator: ", "))) VALUES "
        tail = Self.tail(conflict, columns, connection.engine)
        switch connection.engine {
        case .sqlite: rowsMax = 1
        case .mysql: rowsMax = max(1, min(Self.rowsPerStatementMax, Self.parametersPerStatementMax / max(width, 1)))
        }
        oneRow = head + row + tail
        allRows = head + Array(repeating: row, count: rowsMax).joined(separator: ",") + tail
    }

    private static func tail(
        _ conflict: Conflict, _ columns: [SQLIdentifier], _ engine: DatabaseURL.Engine
    ) -> String {
        switch (conflict, engine) {
        case (.fail, _): ""
        case (.skip, .sqlite): " ON CONFLICT DO NOTHING"
        // INSERT IGNORE would also hide values that do not fit.
        case (.skip, .mysql): columns.first.map { " ON DUPLICATE KEY UPDATE \($0.quoted) = \($0.quoted)" } ?? ""
        case (.update(let changed), .sqlite):
            " ON CONFLICT DO UPDATE SET "
                + changed.map { "\($0.quoted) = excluded.\($0.quoted)" }.joined(separator: ", ")
        case (.update(let changed), .mysql):
            " ON DUPLICATE KEY UPDATE "
                + changed.map { "\($0.quoted) = VALUES(\($0.quoted))" }.joined(separator: ", ")
        }
    }

    /// Adds a row; it has a value for each column.
    package mutating func add(_ row: [DatabaseValue]) throws(DatabaseError) {
        guard row.count == width else {
            throw DatabaseError(
                .misuse, database: connection.url.description, detail: "\(row.count) values for \(width) columns")
        }
        values += row
        waiting += 1
        count += 1
        for value in row { bytes += Self.size(of: value) }
        if waiting >= rowsMax || bytes >= Self.bytesPerStatementMax { try write() }
    }

    /// Writes the rows that are still collected.
    package mutating func finish() throws(DatabaseError) {
        if waiting > 0 { try write() }
    }

    private static func size(of value: DatabaseValue) -> Int {
        switch value {
        case .null, .integer, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }

    private mutating func write() throws(DatabaseError) {
        let sql =
            switch waiting {
            case 1: oneRow
            case rowsMax: allRows
            default: head + Array(repeating: row, count: waiting).joined(separator: ",") + tail
            }
        let parameters = values
        values.removeAll(keepingCapacity: true)
        waiting = 0
        bytes = 0
        _ = try connection.execute(sql, parameters)
    }
}
