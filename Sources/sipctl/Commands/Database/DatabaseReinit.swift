import CommandLineInterface
import Database
import Suggestions

/// kamdbctl's `reinit`, `presence`, `extra`, `dbuid` and `add-tables`.
enum DatabaseReinit {
    static let commands: [Command] = [
        Command(
            "reinit", summary: "remove the database with everything in it, and create it new",
            arguments: [DatabaseName.argument], options: [DatabaseCreate.setOption],
            examples: [Example("sipctl --yes db reinit", "kamdbctl's spelling")],
            run: { invocation, console in
                let code = try DatabaseDrop.run(invocation, console)
                guard code == .success, !invocation.isDryRun else { return code }
                return try DatabaseCreate.run(invocation, console)
            }),
        adding("presence", [.presence], "add the tables for presence"),
        adding("extra", [.extra], "add the tables of single modules"),
        adding("dbuid", [.uid], "add the tables that are keyed by user id"),
        Command(
            "add-tables", summary: "add the tables of a group", arguments: [.required("GROUP", "as in dispatcher")],
            examples: [Example("sipctl db add-tables uac", "kamdbctl's spelling")],
            run: { invocation, console in
                let name = try invocation.required(0)
                guard let group = Schema.groups.first(where: { $0.name == name }) else {
                    let near = NearestName.of(name, among: Schema.groups.map(\.name))
                    throw CommandFailure(
                        .usage, "there is no group '\(name)'",
                        hint: near.map { "did you mean '\($0)'?" }
                            ?? "the groups are \(Schema.groups.map(\.name).joined(separator: ", "))")
                }
                return try add([group.set], only: Set(group.tables.map(\.name)), invocation, console)
            }),
    ]

    private static func adding(_ name: String, _ sets: Set<SchemaSet>, _ summary: String) -> Command {
        Command(
            name, summary: summary, discussion: "Tables that are there stay as they are.",
            examples: [Example("sipctl db \(name)", "kamdbctl's spelling")],
            run: { try add(sets, only: nil, $0, $1) })
    }

    private static func add(
        _ sets: Set<SchemaSet>, only tables: Set<String>?, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        let change = try invocation.withDatabase(console) { connection in
            let installer = SchemaInstaller(connection)
            return try invocation.isDryRun
                ? installer.missing(sets, only: tables) : installer.complete(sets, only: tables)
        }
        for table in change.tables { invocation.report("added table '\(table)'", on: console) }
        if change.tables.isEmpty { console.note("nothing is missing") }
        return .success
    }
}

/// The word behind kamdbctl's `create`, `drop` and `reinit`: another database than the one of the settings.
enum DatabaseName {
    static let argument = CommandArgument.optional(
        "NAME", "another database on the same server, or a file; a URL is one, too")
}
