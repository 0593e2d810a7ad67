import CommandLineInterface
import Database

/// `address show`: kamctl's word for the list; with an address it answers about that one.
enum AddressShow {
    static let command = Command(
        "show", summary: "show the rows of an address, of a group, or all",
        arguments: [.optional("GROUP", "the group"), .optional("ADDRESS", "the address, or ADDRESS/MASK")],
        options: [Limit.option],
        examples: [Example("sipctl address show 200 203.0.113.10", "the rows of one address")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard let group = invocation.argument(0), let address = invocation.argument(1) else {
            return try AddressList.run(invocation, console)
        }
        let layout = try invocation.layout(AddressText.columns)
        let selection = try AddressSelection(group: group, address: address, mask: nil, port: nil)
        let connection = try invocation.openDatabase()
        defer { connection.close() }
        let rows = try selection.rows(in: AddressTable(connection))
        guard !rows.isEmpty else {
            throw CommandFailure(
                .noSuchRecord, "address '\(address)' is not in group \(group)",
                hint: "'sipctl address list \(group)' shows what is")
        }
        var writer = RowWriter(layout, console: console)
        for row in rows { writer.write(AddressText.fields(row)) }
        writer.finish()
        return .success
    }
}

/// `address list`.
enum AddressList {
    static let command = Command(
        "list", summary: "list addresses in the order they were added",
        arguments: [.optional("GROUP", "only this group")],
        options: [Limit.option],
        examples: [
            Example("sipctl address list", "all groups"),
            Example("sipctl address list 200 --output jsonl", "one group, for scripts"),
        ],
        run: run)

    @Sendable static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let group = try invocation.argument(0).map { text throws(CommandFailure) in try AddressEntry.group(text) }
        let layout = try invocation.layout(AddressText.columns)
        let limit = try Limit.value(invocation)
        let connection = try invocation.openDatabase()
        defer { connection.close() }
        var writer = RowWriter(layout, console: console)
        try AddressTable(connection).forEach(group: group, limit: limit) { record throws(DatabaseError) in
            writer.write(AddressText.fields(record))
            return console.hasFailed ? .stop : .proceed
        }
        writer.finish()
        return .success
    }
}
