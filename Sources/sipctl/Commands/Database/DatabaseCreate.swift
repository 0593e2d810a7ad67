import CommandLineInterface
import Database

/// `db create`.
enum DatabaseCreate {
    static let setOption = CommandOption.value(
        "set", "NAME", choices: SchemaSet.allCases.map(\.rawValue), repeats: true,
        "create only this set of tables; may be repeated; all but uid when missing")

    static let command = Command(
        "create", summary: "create the database with all tables",
        discussion: """
            The tables are Kamailio's, in the versions of Kamailio 5.6, and sipd_generation, by which sipd notices changes. On
            MariaDB the database itself is created too when the account may.
            """,
        arguments: [DatabaseName.argument], options: [setOption],
        examples: [
            Example("sipctl --database sqlite:///var/lib/sipd/sipd.sqlite db create", "an SQLite file"),
            Example("sipctl --database mysql://root@localhost/sipd db create", "a database on a server"),
        ],
        run: run)

    @Sendable static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let url = try invocation.namedDatabaseURL()
        let sets = Self.sets(invocation)
        if invocation.isDryRun {
            try checkAbsent(url)
            invocation.report("created '\(url)'", on: console)
            return .success
        }
        do {
            let change = try DatabaseCreator.create(url, sets: sets, options: Settings.databaseOptions)
            console.note("created '\(url)' with \(change.tables.count) tables")
            DatabaseMigrate.warn(change, console)
        } catch let error as DatabaseError where error.reason == .alreadyExists {
            throw existing(url)
        }
        return .success
    }

    static func sets(_ invocation: Invocation) -> Set<SchemaSet> {
        guard invocation.isTyped(setOption) else { return Schema.defaultSets }
        // Every other table's version stands in a table of the standard set.
        return Set(invocation.values(of: setOption).compactMap(SchemaSet.init(rawValue:)) + [.standard])
    }

    private static func checkAbsent(_ url: DatabaseURL) throws {
        do throws(DatabaseError) {
            let connection = try Database.open(url, options: Settings.databaseOptions)
            defer { connection.close() }
            guard try SchemaInstaller(connection).existingTables().isEmpty else { throw Self.alreadyExists(url) }
        } catch {
            if error.reason == .databaseMissing { return }
            if error.reason == .alreadyExists { throw existing(url) }
            throw error
        }
    }

    private static func alreadyExists(_ url: DatabaseURL) -> DatabaseError {
        DatabaseError(.alreadyExists, database: url.description, detail: "")
    }

    private static func existing(_ url: DatabaseURL) -> CommandFailure {
        CommandFailure(
            .alreadyExists, "the database '\(url)' exists and has tables",
            hint: "'sipctl db migrate' adds what it lacks, 'sipctl db drop' removes it")
    }
}
