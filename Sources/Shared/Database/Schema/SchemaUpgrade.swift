/// A change that takes a table from Kamailio 5.6 to 6.
package struct SchemaUpgrade: Sendable {
    /// The table.
    package let table: String
    /// The version row before and after; the same when Kamailio did not count the change.
    package let versions: (from: Int, to: Int)
    /// What it does, for a plan.
    package let summary: String
    private let sqlite: String?
    private let mysql: String?

    /// All changes, in order.
    package static let all: [SchemaUpgrade] = [
        SchemaUpgrade(
            table: "acc_cdrs", versions: (2, 3), summary: "durations with microseconds", sqlite: nil,
            mysql: "ALTER TABLE acc_cdrs MODIFY duration FLOAT(13,6) NOT NULL DEFAULT 0.000000"),
        SchemaUpgrade(
            table: "uacreg", versions: (5, 6), summary: "the column contact_user",
            sqlite: "ALTER TABLE uacreg ADD COLUMN contact_user VARCHAR(255) NOT NULL DEFAULT ''",
            mysql: "ALTER TABLE uacreg ADD COLUMN IF NOT EXISTS contact_user VARCHAR(255) NOT NULL DEFAULT ''"),
        SchemaUpgrade(
            table: "htable", versions: (2, 2), summary: "longer keys and values", sqlite: nil,
            mysql: "ALTER TABLE htable MODIFY key_name VARCHAR(256) NOT NULL DEFAULT '', "
                + "MODIFY key_value VARCHAR(512) NOT NULL DEFAULT ''"),
        SchemaUpgrade(
            table: "watchers", versions: (3, 3), summary: "an index of time and status",
            sqlite: "CREATE INDEX IF NOT EXISTS watchers_time_status_idx ON watchers (inserted_time, status)",
            mysql: "CREATE INDEX IF NOT EXISTS time_status_idx ON watchers (inserted_time, status)"),
    ]

    /// The changes a database needs.
    ///
    /// A change that is not counted is made together with a counted one, or again: it does nothing then.
    package static func needed(by connection: any DatabaseConnection) throws(DatabaseError) -> [SchemaUpgrade] {
        let found = try VersionTable(connection).versions()
        let counted = all.filter { $0.versions.from != $0.versions.to && found[$0.table] == $0.versions.from }
        guard !counted.isEmpty else { return [] }
        return all.filter { upgrade in
            found[upgrade.table] == upgrade.versions.from
        }
    }

    /// Makes the change and counts it; on SQLite use it inside a transaction.
    package func run(on connection: any DatabaseConnection) throws(DatabaseError) {
        let sql =
            switch connection.engine {
            case .sqlite: sqlite
            case .mysql: mysql
            }
        if let sql { try connection.executeDirectly(sql) }
        _ = try connection.execute(
            "UPDATE version SET table_version = ? WHERE table_name = ?", [.integer(Int64(versions.to)), .text(table)])
    }
}
