/// The table `version`: which version each other table has.
package struct VersionTable {
    private let connection: any DatabaseConnection

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    /// The versions of all tables.
    package func versions() throws(DatabaseError) -> [String: Int] {
        var result: [String: Int] = [:]
        try connection.forEachRow("SELECT table_name, table_version FROM version", []) { row throws(DatabaseError) in
            if let name = row[0].text, let version = row[1].integer { result[name] = Int(version) }
            return .proceed
        }
        return result
    }

    /// Makes sure that a table has a version this program can work with.
    ///
    /// - Parameters:
    ///   - table: the table as the configuration names it.
    ///   - kind: the table of the schema it has to be like, when it has another name.
    /// - Throws: `tableMissing` when neither a row nor a table is there, `wrongVersion` otherwise.
    package func check(_ table: SQLIdentifier, like kind: String? = nil) throws(DatabaseError) {
        guard let expected = Schema.versions(of: kind ?? table.name) else { return }
        let row = try connection.firstRow(
            "SELECT table_version FROM version WHERE table_name = ?", [.text(table.name)])
        let found = row?[0].integer.map { Int($0) } ?? 0
        guard !expected.contains(found) else { return }
        if found == 0 { _ = try connection.firstRow("SELECT 1 FROM \(table.quoted) LIMIT 1") }
        throw DatabaseError(
            .wrongVersion(table: table.name, found: found, expected: expected.upperBound),
            database: connection.url.description, detail: "")
    }
}
