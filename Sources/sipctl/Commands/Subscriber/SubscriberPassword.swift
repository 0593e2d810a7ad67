import CommandLineInterface
import Database

/// `subscriber passwd`, kamctl's `passwd`.
enum SubscriberPassword {
    static let command = Command(
        "passwd", summary: "change the password of a user",
        arguments: [.required("USER", "user@domain"), Password.argument],
        options: Password.options,
        examples: [
            Example("sipctl passwd alice@pbx.test n3w", "kamctl's spelling"),
            Example("printf n3w | sipctl subscriber passwd alice@pbx.test --password-stdin", "for scripts"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let password = try Password(argument: 1, invocation, user, console)
        try invocation.editing(.subscriber, console) { table in
            let draft = try table.draft(of: user, password)
            guard let row = try table.existing(draft) else { throw user.missing }
            try table.update(row, draft)
        }
        invocation.report("changed the password of user '\(user)'", on: console)
        if password.isGenerated { console.write(password.text + "\n") }
        return .success
    }
}

extension AddressOfRecord {
    /// The failure of a command about a user who does not exist.
    var missing: CommandFailure {
        CommandFailure(
            .noSuchRecord, "there is no user '\(self)'", hint: "'sipctl subscriber list' shows who there is")
    }
}
