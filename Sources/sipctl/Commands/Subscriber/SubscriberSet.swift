import CommandLineInterface
import Database

/// kamctl's `sets` and `setn`: changes one column of a user.
enum SubscriberSet {
    static let text = command("sets", "change a column of a user to a text")
    static let number = command("setn", "change a column of a user to a number")

    private static func command(_ name: String, _ summary: String) -> Command {
        Command(
            name, summary: summary,
            discussion: "A new value of password makes the hashes new, too.",
            arguments: [
                .required("USER", "user@domain"), .required("COLUMN", "the column"),
                .required("VALUE", "its new value").secret,
            ],
            options: [Password.storePlaintextOption],
            examples: [
                Example(
                    "sipctl \(name) alice@pbx.test \(name == "sets" ? "password n3w" : "id 7")", "kamctl's spelling")
            ],
            run: run)
    }

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let name = try invocation.required(1)
        let text = try invocation.required(2)
        if invocation.path.last == "setn", Double(text) == nil {
            throw ValueRefusal.failure(name, text, "is not a number", fix: "'sets' takes texts")
        }
        try invocation.editing(.subscriber, console) { table in
            let column = try table.column(name)
            guard let row = try table.existing(try table.draft(of: user)) else { throw user.missing }
            var whole = row
            whole[name] = try table.value(text, column)
            try table.normalise(&whole)
            var changes = RowDraft(table.definition, table.engine)
            for changed in whole.differences(to: row) { changes[changed] = whole[changed] }
            if !changes.givenColumns.isEmpty { try table.update(row, changes) }
        }
        invocation.report("changed \(name) of user '\(user)'", on: console)
        return .success
    }
}
