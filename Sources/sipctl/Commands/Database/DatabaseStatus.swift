import CommandLineInterface
import Database

/// `db status`: versions, sizes and numbers of rows.
enum DatabaseStatus {
    static let command = Command(
        "status", summary: "show each table with its version, rows and size",
        discussion:
            "The exit code is 1 when a table of the standard set is missing or has another version than expected.",
        examples: [Example("sipctl db status -o json", "for a monitor")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let layout = try invocation.layout(["table", "version", "expected", "status", "rows", "bytes", "generation"])
        var writer = RowWriter(layout, console: console)
        let isFine = try invocation.withDatabase(console) { connection in
            let rows = try DatabaseVersion.rows(connection)
            let present = Set(try SchemaInstaller(connection).existingTables())
            let sizes = try sizes(connection)
            let generations = try GenerationTable(connection).generations() ?? [:]
            for row in rows {
                var count = Field.null
                if present.contains(row.table), let table = SQLIdentifier(row.table) {
                    count = .integer(Int64(try RowTable(connection, table).count()))
                }
                writer.write([
                    .text(row.table), row.found.map { .integer(Int64($0)) } ?? .null, .text(row.expected),
                    .text(row.status.rawValue), count, sizes[row.table].map(Field.integer) ?? .null,
                    generations[row.table].map(Field.integer) ?? .null,
                ])
            }
            return DatabaseVersion.isFine(rows)
        }
        writer.finish()
        return isFine ? .success : .negative
    }

    /// SQLite only tells the sizes of tables when it was built for it.
    private static func sizes(_ connection: any DatabaseConnection) throws -> [String: Int64] {
        let sql =
            switch connection.engine {
            case .sqlite: "SELECT name, SUM(pgsize) FROM dbstat GROUP BY name"
            case .mysql:
                "SELECT table_name, data_length + index_length FROM information_schema.tables WHERE table_schema = DATABASE()"
            }
        guard let rows = try? connection.rows(sql) else { return [:] }
        var sizes: [String: Int64] = [:]
        for row in rows { sizes[row[0].text ?? ""] = row[1].integer ?? row[1].real.map { Int64($0) } }
        return sizes
    }
}
