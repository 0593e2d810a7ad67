import CommandLineInterface
import Database

/// `subscriber show`, kamctl's `show`.
enum SubscriberShow {
    static let columns = ["username", "domain", "password", "ha1", "ha1b"]

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
        let layout = try invocation.layout(columns)
        let connection = try invocation.openDatabase()
        defer { connection.close() }
        guard let subscriber = try SubscriberTable(connection).find(username: user.username, domain: user.domain)
        else { throw user.missing }
        RecordWriter.write(fields(subscriber), layout: layout, console: console)
        return .success
    }

    static func fields(_ subscriber: Subscriber) -> [Field] {
        [
            .text(subscriber.username), .text(subscriber.domain), .text(subscriber.password), .text(subscriber.ha1),
            .text(subscriber.ha1b),
        ]
    }
}
