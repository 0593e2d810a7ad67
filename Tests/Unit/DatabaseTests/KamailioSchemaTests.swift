import Database
import TestSupport
import Testing

/// Compares our tables with those that the SQL files of Kamailio's Debian packages make, column by column.
@Suite struct KamailioSchemaTests {
    private static let sqliteFiles = "/usr/share/kamailio/db_sqlite"
    private static let mysqlFiles = "/usr/share/kamailio/mysql"

    private static func absence(_ folder: String, _ client: String) -> String? {
        if ChildProcess.run("/bin/ls", ["\(folder)/standard-create.sql"]).exitCode != 0 {
            return "Kamailio's SQL files are not installed in \(folder)"
        }
        return ChildProcess.find(client) == nil ? "\(client) is not installed" : nil
    }

    private static let sqliteAbsence = absence(sqliteFiles, "sqlite3")
    private static let mysqlAbsence = PrivateMariaDB.absence ?? absence(mysqlFiles, "mariadb")

    private static let groups = Schema.groups.filter { ![.uid, .sipd].contains($0.set) }.map(\.name)

    @Test(.enabled(if: sqliteAbsence == nil, Comment(rawValue: sqliteAbsence ?? "")))
    func `the SQLite tables are Kamailio's`() throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/kamailio.sqlite"
        let files = Self.groups.map { "\(Self.sqliteFiles)/\($0)-create.sql" }.joined(separator: " ")
        let loaded = ChildProcess.run("/bin/sh", ["-c", "cat \(files) | sqlite3 \(path)"])
        #expect(loaded.exitCode == 0 && loaded.messages.isEmpty, "\(loaded.messages)")
        let theirs = try Database.open(DatabaseURL(.file(path)))
        let place = try DatabaseUnderTest.sqlite.database([.standard, .presence, .extra])
        let ours = try place.open()
        let tables = try SchemaInstaller(theirs).existingTables()
        #expect(tables.count == 63)
        #expect(try SchemaInstaller(ours).existingTables() == tables)
        for table in tables {
            let columns = "PRAGMA table_info(\(table))"
            #expect(try ours.rows(columns) == theirs.rows(columns), "\(table)")
            #expect(try Self.indexes(ours, table) == Self.indexes(theirs, table), "\(table)")
        }
        #expect(try VersionTable(ours).versions() == VersionTable(theirs).versions())
    }

    /// Each index as its kind and columns; names only of those that were given one.
    private static func indexes(_ connection: any DatabaseConnection, _ table: String) throws -> [String] {
        try connection.rows("PRAGMA index_list(\(table))").map { row in
            let name = row[1].text ?? ""
            let columns = try connection.rows("PRAGMA index_info(\(name))").compactMap { $0[2].text }
            let shown = row[3].text == "c" ? name : ""
            return "\(row[2].text ?? "") \(row[3].text ?? "") \(shown) \(columns.joined(separator: ","))"
        }.sorted()
    }

    @Test(.enabled(if: mysqlAbsence == nil, Comment(rawValue: mysqlAbsence ?? "")))
    func `the MariaDB tables are Kamailio's`() throws {
        let server = try #require(PrivateMariaDB.shared)
        let url = try server.emptyURL()
        guard case .server(let place) = url.location else { return }
        let files = Self.groups.map { "\(Self.mysqlFiles)/\($0)-create.sql" }.joined(separator: " ")
        let command = "cat \(files) | mariadb --no-defaults -uroot -S \(server.socket) \(place.name)"
        let loaded = ChildProcess.run("/bin/sh", ["-c", command])
        #expect(loaded.exitCode == 0, "\(loaded.messages)")
        let theirs = try Database.open(url)
        let oursPlace = try DatabaseUnderTest.mariadb.database([.standard, .presence, .extra])
        let ours = try oursPlace.open()
        let columns = """
            SELECT table_name, ordinal_position, column_name, column_type, is_nullable, column_default, extra
            FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY BINARY table_name, ordinal_position
            """
        let keys = """
            SELECT table_name, index_name, non_unique, seq_in_index, column_name FROM information_schema.statistics
            WHERE table_schema = DATABASE() ORDER BY BINARY table_name, BINARY index_name, seq_in_index
            """
        for query in [columns, keys] {
            let expected = try theirs.rows(query)
            let found = try ours.rows(query)
            #expect(expected.count > 100)
            #expect(found.count == expected.count)
            for (one, other) in zip(found, expected) { #expect(one == other) }
        }
        #expect(try VersionTable(ours).versions() == VersionTable(theirs).versions())
    }
}
