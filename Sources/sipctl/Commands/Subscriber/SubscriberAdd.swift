import CommandLineInterface
import Database

/// `subscriber add`, kamctl's `add`.
enum SubscriberAdd {
    static let command = Command(
        "add", summary: "create a user",
        discussion: """
            Stores the hashes of the password that digest authentication needs (HA1 and HA1B), and the password itself only
            with --store-plaintext.
            """,
        arguments: [.required("USER", "user@domain"), Password.argument],
        options: Password.options,
        examples: [
            Example("sipctl add alice@pbx.test s3cret", "kamctl's spelling"),
            Example("printf s3cret | sipctl subscriber add alice@pbx.test --password-stdin", "for scripts"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let subscriber = try Password(argument: 1, invocation, user, console).credentials(of: user)
        do {
            try invocation.change { try SubscriberTable($0).insert(subscriber) }
        } catch let error as DatabaseError where error.reason == .duplicate {
            throw CommandFailure(
                .alreadyExists, "user '\(user)' exists", hint: "'sipctl passwd \(user)' changes the password")
        }
        invocation.report("added user '\(user)'", on: console)
        return .success
    }
}
