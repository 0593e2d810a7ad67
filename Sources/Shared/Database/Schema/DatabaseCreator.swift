/// Creates whole databases and removes them.
package enum DatabaseCreator {
    /// Creates the database a URL names, with the tables of the given sets.
    ///
    /// A database that exists without a table is filled. When something fails, what this call made is removed.
    ///
    /// - Throws: `DatabaseError` with `alreadyExists` when the database has a table.
    package static func create(
        _ url: DatabaseURL, sets: Set<SchemaSet> = Schema.defaultSets, options: DatabaseOptions = DatabaseOptions()
    ) throws -> SchemaInstaller.Change {
        let isNew = try makePlace(url, options)
        do {
            var options = options
            options.switchesToWAL = true
            let connection = try Database.open(url, options: options)
            defer { connection.close() }
            let installer = SchemaInstaller(connection)
            guard try installer.existingTables().isEmpty else {
                throw DatabaseError(
                    .alreadyExists, database: url.description, detail: "the database '\(url)' has tables")
            }
            return try installer.complete(sets)
        } catch {
            if isNew { try? drop(url, options: options) }
            throw error
        }
    }

    /// Removes the database a URL names, with everything in it.
    ///
    /// - Throws: `DatabaseError` with `databaseMissing` when there is none.
    package static func drop(_ url: DatabaseURL, options: DatabaseOptions = DatabaseOptions()) throws(DatabaseError) {
        switch url.location {
        case .file(let path): try SQLiteFile.remove(path, url)
        case .server(let server):
            let name = try identifier(server.name, url)
            try Database.open(url, options: options).close()
            try asAdministrator(of: server, options, "DROP DATABASE \(name.quoted)")
        }
    }

    /// Makes the empty file or database; false when it was there.
    private static func makePlace(_ url: DatabaseURL, _ options: DatabaseOptions) throws(DatabaseError) -> Bool {
        switch url.location {
        case .file(let path): return try SQLiteFile.create(path, url)
        case .server(let server):
            do throws(DatabaseError) {
                try Database.open(url, options: options).close()
                return false
            } catch  where error.reason == .databaseMissing {
                let name = try identifier(server.name, url)
                // Compared byte by byte, as SQLite does and as RFC 3261 §19.1.4 wants it for user names.
                try asAdministrator(
                    of: server, options,
                    "CREATE DATABASE \(name.quoted) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
                return true
            }
        }
    }

    private static func asAdministrator(
        of server: DatabaseURL.Server, _ options: DatabaseOptions, _ sql: String
    ) throws(DatabaseError) {
        var server = server
        server.name = ""
        let connection = try Database.open(DatabaseURL(.server(server)), options: options)
        defer { connection.close() }
        try connection.executeDirectly(sql)
    }

    private static func identifier(_ name: String, _ url: DatabaseURL) throws(DatabaseError) -> SQLIdentifier {
        if let identifier = SQLIdentifier(name) { return identifier }
        throw DatabaseError(
            .badURL, database: url.description,
            detail: "a database name has only letters, digits, '_' and '$', at most 64 of them")
    }
}
