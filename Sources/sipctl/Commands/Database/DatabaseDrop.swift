import CommandLineInterface
import Database

/// `db drop`.
enum DatabaseDrop {
    static let command = Command(
        "drop", summary: "remove the database with everything in it",
        examples: [Example("sipctl --database sqlite:///var/lib/sipd/sipd.sqlite db drop --yes", "without a question")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let url = try invocation.databaseURL()
        let tables = try invocation.withDatabase(console) { try SchemaInstaller($0).existingTables() }
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
