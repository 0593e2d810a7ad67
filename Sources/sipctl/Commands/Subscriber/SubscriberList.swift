import CommandLineInterface
import Database

/// `subscriber list`.
enum SubscriberList {
    static let command = Command(
        "list", summary: "list users",
        discussion: "Prints name and domain; --columns username,domain,password,ha1,ha1b prints the credentials too.",
        arguments: [.optional("DOMAIN", "only users of this domain")],
        options: [Limit.option],
        examples: [
            Example("sipctl subscriber list", "all users"),
            Example("sipctl subscriber list pbx.test --output csv", "the users of a domain, for scripts"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let domain = try invocation.argument(0).map { text throws(CommandFailure) in try AddressOfRecord.domain(text) }
        var layout = try invocation.layout(SubscriberShow.columns)
        if invocation.value(of: Settings.columnsOption) == nil { layout.selection = [0, 1] }
        let limit = try Limit.value(invocation)
        let connection = try invocation.openDatabase()
        defer { connection.close() }
        var writer = RowWriter(layout, console: console)
        try SubscriberTable(connection).forEach(domain: domain, limit: limit) { subscriber throws(DatabaseError) in
            writer.write(SubscriberShow.fields(subscriber))
            return console.hasFailed ? .stop : .proceed
        }
        writer.finish()
        return .success
    }
}
