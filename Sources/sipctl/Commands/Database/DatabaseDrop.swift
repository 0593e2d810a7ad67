import CommandLineInterface
import Database

/// `db drop`.
enum DatabaseDrop {
    static let command = Command(
        "drop", summary: "remove the database with everything in it",
        arguments: [DatabaseName.argument],
        examples: [Example("sipctl --database sqlite:///var/lib/sipd/sipd.sqlite db drop --yes", "without a question")],
        run: run)

    @Sendable static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let url = try invocation.namedDatabaseURL()
        let connection = try Database.open(url, options: Settings.databaseOptions)
        let tables = try SchemaInstaller(connection).existingTables()
        connection.close()
        guard tables.isEmpty || tables.contains("version") else {
            throw CommandFailure(
                .configuration, "'\(url)' is not a database of sipd or Kamailio: it has no table 'version'",
                hint: "remove it with the engine's own tools if that is what you want")
        }
        try invocation.confirm("remove '\(url)' with \(tables.count) tables", console)
        if !invocation.isDryRun { try DatabaseCreator.drop(url, options: Settings.databaseOptions) }
        invocation.report("removed '\(url)'", on: console)
        return .success
    }
}
