import CommandLineInterface
import Database

/// `subscriber show`, kamctl's `show`.
enum SubscriberShow {
    static let command = Command(
        "show", summary: "show a user with everything that is stored",
        arguments: [.required("USER", "user@domain")],
        examples: [
            Example("sipctl show alice@pbx.test", "kamctl's spelling"),
            Example("sipctl subscriber show alice@pbx.test --output json --columns username,ha1", "for scripts"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        return try invocation.reading(.subscriber, console) { table in
            let names = table.definition.columns.map(\.name.name)
            let shown = names.filter { $0 != "id" }
            let layout = try invocation.layout(names, defaults: shown, otherwise: shown)
            guard let row = try table.existing(try table.draft(of: user)) else { throw user.missing }
            RecordWriter.write(row.fields, layout: layout, console: console)
            return .success
        }
    }
}

extension OpenTable {
    /// A row with the name of a user and nothing else.
    func draft(of user: AddressOfRecord) throws(CommandFailure) -> RowDraft {
        try draft([("username", user.username), ("domain", user.domain)])
    }
}
