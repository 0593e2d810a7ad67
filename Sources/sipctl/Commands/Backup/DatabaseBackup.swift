import CommandLineInterface
import ControlProtocol
import Database

/// `db backup`, `db restore` and `db copy`.
enum DatabaseBackup {
    private static let replaceOption = CommandOption.flag("replace", "remove the rows that are there first")

    static let backup = Command(
        "backup", summary: "save all rows of all tables to a file",
        discussion: """
            The file holds what 'db restore' needs on either engine, passwords and hashes too; only its owner may read it. It
            shows the database at one moment, while others go on writing.
            """,
        arguments: [.required("FILE", "the file; - is standard output")],
        examples: [Example("sipctl db backup sipd.backup", "kamdbctl's spelling is the same")],
        run: { invocation, console in
            let path = try invocation.required(0)
            let count: Int
            if path == "-" {
                count = try invocation.withDatabase(console) {
                    try BackupSource.read($0, into: BackupWriter(console), console)
                }
            } else {
                let file = try OutputFile(path: path)
                let output = Console(output: file.destination, messages: .memory, environment: invocation.environment)
                count = try invocation.withDatabase(console) {
                    try BackupSource.read($0, into: BackupWriter(output), console)
                }
                try output.flush()
                try file.finish()
            }
            console.note("saved \(count) rows to '\(path)'")
            return .success
        })

    static let restore = Command(
        "restore", summary: "load a backup",
        discussion: """
            Makes the database when there is none. Rows that are there are only removed with --replace. The rows are loaded in
            one transaction: all of them, or none.
            """,
        arguments: [.required("FILE", "the file")], options: [replaceOption],
        examples: [Example("sipctl --yes db restore --replace sipd.backup", "in place of what is there")],
        run: { try restore($0, $1) })

    static let copy = Command(
        "copy", summary: "copy the database to another one, on either engine",
        discussion: "Makes the other database when there is none; its rows are only removed with --replace.",
        arguments: [.required("TARGET", "a URL; or the name of a database on the same server, or a file's path")],
        options: [replaceOption],
        examples: [Example("sipctl db copy mysql://root@localhost/sipd", "from SQLite to MariaDB")],
        run: { try copy($0, $1) })

    // MARK: Restore

    private static func restore(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let path = try invocation.required(0)
        guard path != "-" else {
            throw CommandFailure(.usage, "a backup is read twice, which standard input cannot be")
        }
        let tables = try tables(of: path)
        let url = try invocation.databaseURL()
        let count = try load(into: url, tables, invocation, console) { target in
            let reader = try BackupReader(path)
            var count = 0
            while let line = try reader.next() {
                switch line {
                case .table(let name, let columns):
                    if name != "sipd_generation" { try target.begin(name, columns.map(\.name)) }
                case .row(let values):
                    count += 1
                    try target.write(
                        values.enumerated().map { index, value in
                            target.column(at: index).map { BackupFile.value(value, $0, url.engine) } ?? .null
                        })
                case .end:
                    try target.finish(rows: count)
                    return count
                }
            }
            return count
        }
        invocation.report("restored \(count) rows into '\(url)'", on: console)
        return .success
    }

    /// The tables of a backup, which is read to its end: a cut file is found before anything is touched.
    private static func tables(of path: String) throws -> [(name: String, columns: [(name: String, type: String)])] {
        let reader = try BackupReader(path)
        var tables: [(name: String, columns: [(name: String, type: String)])] = []
        while let line = try reader.next() {
            switch line {
            case .table(let name, let columns): tables.append((name, columns))
            case .row: continue
            case .end: return tables
            }
        }
        return tables
    }

    // MARK: Copy

    private static func copy(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let source = try invocation.databaseURL()
        let target = try target(try invocation.required(0), source)
        guard target != source else { throw CommandFailure(.usage, "a database cannot be copied to itself") }
        let count = try invocation.withDatabase(console) { connection in
            var tables: [(name: String, columns: [(name: String, type: String)])] = []
            for name in try SchemaInstaller(connection).existingTables() where name != "sipd_generation" {
                guard let identifier = SQLIdentifier(name),
                    let table = try TableDefinition(identifier, in: connection)
                else { continue }
                tables.append((name, table.columns.map { ($0.name.name, BackupFile.type($0)) }))
            }
            return try load(into: target, tables, invocation, console) { sink in
                try BackupSource.read(connection, into: sink, console)
            }
        }
        invocation.report("copied \(count) rows from '\(source)' to '\(target)'", on: console)
        return .success
    }

    /// A database by its URL, or by its name beside another one.
    static func target(_ text: String, _ source: DatabaseURL) throws -> DatabaseURL {
        if text.contains("://") { return try DatabaseURL(parsing: text) }
        switch source.location {
        case .file: return try DatabaseURL(parsing: "sqlite://" + Self.absolute(text))
        case .server(var server):
            server.name = text
            return DatabaseURL(.server(server))
        }
    }

    /// A path as it counts from the working folder.
    static func absolute(_ path: String) throws(CommandFailure) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = FileFolder.working else { throw CommandFailure(.noInput, "the working folder is gone") }
        return "\(folder)/\(path)"
    }

    // MARK: Loading

    private static func load(
        into url: DatabaseURL, _ tables: [(name: String, columns: [(name: String, type: String)])],
        _ invocation: Invocation, _ console: Console, _ body: (RestoreTarget) throws -> Int
    ) throws -> Int {
        let names = tables.map(\.name).filter { $0 != "sipd_generation" }
        let isNew = try makeDatabase(url, invocation)
        do {
            let connection = try Database.open(url, options: Settings.databaseOptions)
            defer { connection.close() }
            if !isNew, let filled = try RestoreTarget.firstFilledTable(names, connection) {
                guard invocation.has(replaceOption) else {
                    throw CommandFailure(
                        .alreadyExists, "table '\(filled)' of '\(url)' holds rows", hint: "--replace removes them first"
                    )
                }
                try invocation.confirm("remove all rows of '\(url)'", console)
            }
            if !invocation.isDryRun || connection.engine == .mysql {
                try RestoreTarget.prepare(tables.filter { $0.name != "sipd_generation" }, connection)
            }
            return try replaceRows(names, connection, invocation, body)
        } catch {
            if isNew { try? DatabaseCreator.drop(url, options: Settings.databaseOptions) }
            throw error
        }
    }

    private static func replaceRows(
        _ names: [String], _ connection: any DatabaseConnection, _ invocation: Invocation,
        _ body: (RestoreTarget) throws -> Int
    ) throws -> Int {
        try connection.begin(.write)
        do {
            let target = RestoreTarget(connection)
            try RestoreTarget.clear(names, connection)
            let count = try body(target)
            if invocation.isDryRun { connection.rollback() } else { try connection.commit() }
            return count
        } catch {
            connection.rollback()
            throw error
        }
    }

    /// Makes the database when there is none, or when it has no table; true when it made one.
    private static func makeDatabase(_ url: DatabaseURL, _ invocation: Invocation) throws -> Bool {
        do {
            _ = try DatabaseCreator.create(url, options: Settings.databaseOptions)
            return true
        } catch let error as DatabaseError where error.reason == .alreadyExists {
            return false
        }
    }
}
