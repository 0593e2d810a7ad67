import CommandLineInterface
import Database

/// `subscriber add`, kamctl's `add`.
enum SubscriberAdd {
    static let command = Command(
        "add", summary: "create a user",
        discussion: """
            Stores the hashes of the password that digest authentication needs (HA1 and HA1B, and those for SHA where the
            table has columns for them), and the password itself only with --store-plaintext.
            """,
        arguments: [.required("USER", "user@domain"), Password.argument],
        options: Password.options + [TableOptions.ifNotExists, TableOptions.set],
        examples: [
            Example("sipctl add alice@pbx.test s3cret", "kamctl's spelling"),
            Example("printf s3cret | sipctl subscriber add alice@pbx.test --password-stdin", "for scripts"),
        ],
        run: { try run($0, $1, ensures: false) })

    static let ensure = Command(
        "ensure", summary: "make sure that a user is there and has this password",
        discussion: "Adds the user or changes what differs, and says which; a user who is right is not touched.",
        arguments: [.required("USER", "user@domain"), Password.argument],
        options: Password.options + [TableOptions.set],
        examples: [Example("sipctl subscriber ensure alice@pbx.test s3cret", "the same as often as you like")],
        run: { try run($0, $1, ensures: true) })

    private static func run(_ invocation: Invocation, _ console: Console, ensures: Bool) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let password = try Password(argument: 1, invocation, user, console)
        let note = try invocation.editing(.subscriber, console) { table in
            let draft = try table.draft(of: user, password)
            do {
                return try TableAdd.store(draft, table, ensures: ensures)
            } catch let failure as CommandFailure where failure.exitCode == .alreadyExists {
                throw CommandFailure(
                    .alreadyExists, "user '\(user)' exists", hint: "'sipctl passwd \(user)' changes the password")
            }
        }
        if note.isChange { invocation.report(note.text, on: console) } else { console.note(note.text) }
        if note.isChange, password.isGenerated { console.write(password.text + "\n") }
        return .success
    }
}

extension OpenTable {
    /// The row of a user with a new password, and what `--set` gives.
    func draft(of user: AddressOfRecord, _ password: Password) throws(CommandFailure) -> RowDraft {
        var texts = [("username", user.username), ("domain", user.domain)]
        for text in invocation.values(of: TableOptions.set) {
            let (column, text) = try TableOptions.assignment(text)
            texts.append((column, text))
        }
        var draft = try draft(texts)
        draft["password"] = .text(password.text)
        try normalise(&draft)
        return draft
    }
}
