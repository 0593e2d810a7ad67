import CommandLineInterface
import Database

/// `db migrate`.
enum DatabaseMigrate {
    private static let planOption = CommandOption.flag("plan", "only say what would be done; the same as --dry-run")

    private static let toOption = CommandOption.value(
        "to", "VERSION", choices: ["5.6", "6.0"], default: "5.6",
        "the version of Kamailio whose tables are wanted; with 6.0 tables of 5.6 are changed")

    static let command = Command(
        "migrate", summary: "add the tables and triggers a database lacks",
        discussion: """
            Works on a database that kamdbctl made, too. Tables that are there are never changed; one whose version is not
            among those that work is named, and the exit code is 78.
            """,
        options: [planOption, DatabaseCreate.setOption, toOption],
        examples: [Example("sipctl db migrate --plan", "see first")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let sets = DatabaseCreate.sets(invocation)
        let isPlan = invocation.isDryRun || invocation.has(planOption)
        return try invocation.withDatabase(console) { try migrate($0, sets, invocation, isPlan: isPlan, console) }
    }

    private static func migrate(
        _ connection: any DatabaseConnection, _ sets: Set<SchemaSet>, _ invocation: Invocation, isPlan: Bool,
        _ console: Console
    ) throws -> ExitCode {
        let installer = SchemaInstaller(connection)
        try checkIsKamailios(installer, connection.url)
        let change = try isPlan ? installer.missing(sets) : installer.complete(sets)
        let verb = isPlan ? "would add" : "added"
        for table in change.tables { console.note("\(verb) table '\(table)'") }
        if !change.triggers.isEmpty { console.note("\(verb) \(change.triggers.count) triggers") }
        for column in change.columns { console.note("\(verb) column '\(column)'") }
        var upgrades: [SchemaUpgrade] = []
        if invocation.value(of: toOption) == "6.0" {
            upgrades = try SchemaUpgrade.needed(by: connection)
            if !isPlan { try run(upgrades, connection) }
        }
        for upgrade in upgrades {
            console.note("\(isPlan ? "would change" : "changed") table '\(upgrade.table)': \(upgrade.summary)")
        }
        if change.isEmpty, upgrades.isEmpty { console.note("nothing is missing") }
        warn(change, console)
        let wrong = try DatabaseVersion.rows(connection).filter { $0.status == .unknown }
        guard let first = wrong.first else { return .success }
        throw CommandFailure(
            .configuration,
            "table '\(first.table)' has version \(first.found ?? 0), which is not \(first.expected) as expected"
                + (wrong.count > 1 ? " (and \(wrong.count - 1) more)" : ""),
            hint: "'sipctl db version' shows all of them")
    }

    /// MariaDB commits every change of a table by itself; each is repeated without harm.
    private static func run(_ upgrades: [SchemaUpgrade], _ connection: any DatabaseConnection) throws {
        switch connection.engine {
        case .sqlite: try connection.transaction { for upgrade in upgrades { try upgrade.run(on: connection) } }
        case .mysql: for upgrade in upgrades { try upgrade.run(on: connection) }
        }
    }

    /// Nobody wants 64 tables in the database of another program because of a mistyped name.
    private static func checkIsKamailios(_ installer: SchemaInstaller, _ url: DatabaseURL) throws {
        let tables = try installer.existingTables()
        guard !tables.isEmpty, !tables.contains("version") else { return }
        throw CommandFailure(
            .configuration, "'\(url)' is not a database of sipd or Kamailio: it has tables, but none named 'version'",
            hint: "--database and SIPCTL_DATABASE name the database")
    }

    /// Says that sipd will not notice changes by others, when the server did not allow the triggers.
    static func warn(_ change: SchemaInstaller.Change, _ console: Console) {
        guard let refusal = change.triggerRefusal else { return }
        console.note(
            "the triggers that number changes could not be made, so sipd will cache nothing: \(refusal.detail)")
        console.note("'sipctl db migrate' as an administrator of the server makes them")
    }
}
