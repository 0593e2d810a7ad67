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
        let subscriber = try Password(argument: 1, invocation, user, console).credentials(of: user)
        let isFound = try invocation.change { try SubscriberTable($0).updateCredentials(subscriber) }
        guard isFound else { throw user.missing }
        invocation.report("changed the password of user '\(user)'", on: console)
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
