import CommandLineInterface
import Database
import Suggestions

/// kamctl's `db show`, `showg`, `smatch` and `nmatch`: rows of any table.
enum DatabaseShow {
    static let commands: [Command] = [
        Command(
            "show", aliases: ["showg"], summary: "show the rows of any table",
            arguments: [.required("TABLE", "the table")], options: options,
            examples: [Example("sipctl db show version --limit 3", "kamctl's spelling")],
            run: { try run($0, $1) }),
        match("smatch", "show the rows of any table with a text in a column"),
        match("nmatch", "show the rows of any table with a number in a column"),
    ]

    private static let options = [TableOptions.condition, TableOptions.sort, Limit.option, TableOptions.offset]

    private static func match(_ name: String, _ summary: String) -> Command {
        Command(
            name, summary: summary,
            arguments: [
                .required("TABLE", "the table"), .required("COLUMN", "the column"), .required("VALUE", "its value"),
            ],
            options: options,
            examples: [
                Example(
                    "sipctl db \(name) version \(name == "smatch" ? "table_name subscriber" : "table_version 7")",
                    "kamctl's spelling")
            ],
            run: { try run($0, $1) })
    }

    private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        try invocation.withTable(try invocation.required(0), console) { table in
            var selection = try table.selection([], [])
            if let name = invocation.argument(1), let text = invocation.argument(2) {
                selection.conditions += try table.conditions([(name, text)])
            }
            var writer = RowWriter(try invocation.layout(table), console: console)
            try table.write(selection, &writer, console)
            writer.finish()
            return .success
        }
    }
}

extension Invocation {
    /// Opens any table to look at it, also one that no schema knows.
    func withTable<Result>(
        _ name: String, _ console: Console, _ body: (OpenTable) throws -> Result
    ) throws -> Result {
        try withDatabase(console) { connection in
            try body(OpenTable(anyTable(name, connection), connection, self, ChangeRecorder()))
        }
    }

    /// The description of a table by its name, drawn from the database when nothing else is known.
    func anyTable(_ name: String, _ connection: any DatabaseConnection) throws -> TableDescription {
        if let description = TableCatalog.description(ofTable: name) { return description }
        guard let identifier = SQLIdentifier(name) else {
            throw ValueRefusal.failure("table", name, "is not a table's name", fix: "letters, digits and '_' only")
        }
        guard let definition = try TableDefinition(identifier, in: connection) else {
            let names = try SchemaInstaller(connection).existingTables()
            throw CommandFailure(
                .configuration, "table '\(name)' is missing in '\(connection.url)'",
                hint: NearestName.of(name, among: names).map { "did you mean '\($0)'?" })
        }
        return TableDescription(generic: definition)
    }
}
