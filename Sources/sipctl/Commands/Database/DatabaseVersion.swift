import CommandLineInterface
import Database

/// `db version`.
enum DatabaseVersion {
    /// How a table compares with what this release expects.
    enum Status: String {
        /// As expected.
        case fine = "ok"
        /// Neither table nor version are there.
        case missing
        /// There, with a version that this release does not know.
        case unknown = "wrong"
        /// A table this release knows nothing about.
        case foreign
    }

    /// One table in comparison.
    struct Row {
        let table: String
        let found: Int?
        let expected: String
        let status: Status
    }

    static let command = Command(
        "version", summary: "compare the versions of all tables with what is expected",
        discussion: "The exit code is 1 when a table of the standard set is missing or has another version.",
        arguments: [.optional("TABLE", "only this table")],
        examples: [Example("sipctl db version subscriber", "one table")],
        subcommands: DatabaseVersionSet.verbs, run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let layout = try invocation.layout(["table", "version", "expected", "status"])
        var rows = try invocation.withDatabase(console) { try Self.rows($0) }
        if let table = invocation.argument(0) {
            rows = rows.filter { $0.table == table }
            guard !rows.isEmpty else {
                throw CommandFailure(.noSuchRecord, "there is no table '\(table)', and none is expected")
            }
        }
        var writer = RowWriter(layout, console: console)
        for row in rows {
            writer.write([
                .text(row.table), row.found.map { .integer(Int64($0)) } ?? .null, .text(row.expected),
                .text(row.status.rawValue),
            ])
        }
        writer.finish()
        return isFine(rows) ? .success : .negative
    }

    /// Whether all tables of the standard set are there, and none has an unknown version.
    static func isFine(_ rows: [Row]) -> Bool {
        let standard = Set(Schema.groups.filter { $0.set == .standard }.flatMap(\.tables).map(\.name))
        return rows.allSatisfy {
            $0.status != .unknown && !(standard.contains($0.table) && $0.status == .missing)
        }
    }

    /// All tables that are expected or have a version, in the order they are created, foreign ones last.
    static func rows(_ connection: any DatabaseConnection) throws(DatabaseError) -> [Row] {
        let found = try VersionTable(connection).versions()
        let groups = Schema.groups.filter { Schema.defaultSets.contains($0.set) }
        var rows: [Row] = []
        for (table, version) in groups.flatMap(\.tables) {
            let range = Schema.versions(of: table) ?? version...version
            let text = range.count == 1 ? "\(version)" : "\(range.lowerBound)-\(range.upperBound)"
            let status = found[table].map { range.contains($0) ? Status.fine : .unknown } ?? .missing
            rows.append(Row(table: table, found: found[table], expected: text, status: status))
        }
        let known = Set(rows.map(\.table))
        for table in found.keys.sorted() where !known.contains(table) {
            let range = Schema.versions(of: table)
            let isFine = range?.contains(found[table] ?? 0)
            rows.append(
                Row(
                    table: table, found: found[table], expected: range.map { "\($0.lowerBound)" } ?? "",
                    status: isFine.map { $0 ? .fine : .unknown } ?? .foreign))
        }
        return rows
    }
}
