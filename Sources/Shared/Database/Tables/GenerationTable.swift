/// The table `sipd_generation`: a number for each watched table that rises with every change, whoever makes it.
///
/// TRUNCATE on MariaDB runs no trigger and is not noticed.
package struct GenerationTable {
    private let connection: any DatabaseConnection

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    /// The numbers of all watched tables; nil when the database has no such table, so that nothing may be cached.
    package func generations() throws(DatabaseError) -> [String: Int64]? {
        var result: [String: Int64] = [:]
        do throws(DatabaseError) {
            try connection.forEachRow("SELECT name, generation FROM sipd_generation", []) { row throws(DatabaseError) in
                if let name = row[0].text, let generation = row[1].integer { result[name] = generation }
                return .proceed
            }
        } catch {
            if case .tableMissing = error.reason { return nil }
            throw error
        }
        return result
    }

    /// Runs bulk work on a watched table so that its number rises once, not with every row.
    ///
    /// Must be called inside a transaction. A database without the table is left alone.
    package func raisingOnce<Result>(_ table: String, _ body: () throws -> Result) throws -> Result {
        guard connection.isInTransaction, try generations()?[table] != nil else { return try body() }
        let raise = "UPDATE sipd_generation SET generation = generation + 1 WHERE name = ?"
        switch connection.engine {
        case .sqlite:
            _ = try connection.execute("UPDATE sipd_generation SET is_held = 1 WHERE name = ?", [.text(table)])
            let result = try body()
            _ = try connection.execute("UPDATE sipd_generation SET is_held = 0 WHERE name = ?", [.text(table)])
            _ = try connection.execute(raise, [.text(table)])
            return result
        case .mysql:
            try connection.executeDirectly("SET @sipd_bulk = 1")
            // Taking the transaction back would not take the variable back.
            defer { try? connection.executeDirectly("SET @sipd_bulk = NULL") }
            let result = try body()
            _ = try connection.execute(raise, [.text(table)])
            return result
        }
    }
}
