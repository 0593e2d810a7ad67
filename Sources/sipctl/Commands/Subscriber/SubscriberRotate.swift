import CommandLineInterface
import Database

/// `subscriber rotate`: new passwords for many users.
enum SubscriberRotate {
    static let command = Command(
        "rotate", summary: "give users new passwords and print them",
        discussion: """
            Makes a password for each user, in one transaction, and prints username, domain and password. To rotate all
            users takes --all and a yes.
            """,
        arguments: [.repeated("USER", "user@domain")],
        options: [TableOptions.condition, TableOptions.all, Password.storePlaintextOption],
        examples: [Example("sipctl subscriber rotate alice@pbx.test --output csv", "one user")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(["username", "domain", "password"]), console: console)
        let rows = try invocation.editing(.subscriber, console) { table in
            var rows: [[Field]] = []
            let slots = invocation.arguments.isEmpty ? [] : [Slot.user().repeated]
            for selection in try table.selections(slots, invocation.arguments[...]) {
                if selection.isEverything {
                    guard invocation.has(TableOptions.all) else {
                        throw CommandFailure(.usage, "missing USER", hint: "--all means all users")
                    }
                    try invocation.confirm("give all \(try table.rows.count()) users new passwords", console)
                }
                let found = try table.found(selection)
                guard !found.isEmpty else { throw table.missing(invocation.arguments[...]) }
                for row in found { rows.append(try rotate(row, table)) }
            }
            return rows
        }
        for row in rows { writer.write(row) }
        writer.finish()
        invocation.report("changed \(rows.count) passwords", on: console)
        return .success
    }

    private static func rotate(_ row: RowDraft, _ table: OpenTable) throws -> [Field] {
        let password = Password.generate()
        var draft = RowDraft(table.definition, table.engine)
        for name in ["username", "domain"] { draft[name] = row[name] }
        draft["password"] = .text(password)
        try table.normalise(&draft)
        try table.update(row, draft)
        return [Field(row.text("username")), Field(row.text("domain")), .text(password)]
    }
}
