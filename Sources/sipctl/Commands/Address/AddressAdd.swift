import CommandLineInterface
import Database

/// `address add`.
enum AddressAdd {
    static let command = Command(
        "add", summary: "allow an address or network",
        discussion: """
            The running daemon uses the new row after 'sipctl address reload', or at once with --reload. A row with the same
            group, address, mask and port is not added twice.
            """,
        arguments: [
            .required("GROUP", "the number the routing script asks for, from 1"),
            .required("ADDRESS", "an IPv4 or IPv6 address, ADDRESS/MASK, or a host name"),
            .optional("MASK", "the prefix length; 32 for IPv4 and 128 for IPv6 when missing"),
            .optional("PORT", "the source port; 0, which means any, when missing"),
            .optional("TAG", "a text for the routing script"),
        ],
        options: [AddressEntry.maskHostBitsOption, AddressReload.option],
        examples: [
            Example("sipctl address add 200 203.0.113.10 32 5060 carrier", "one host and port, kamctl's spelling"),
            Example("sipctl address add 200 2001:db8::/32", "a network"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let record = try AddressEntry(
            group: invocation.required(0), address: invocation.required(1), mask: invocation.argument(2),
            port: invocation.argument(3), tag: invocation.argument(4),
            masksHostBits: invocation.has(AddressEntry.maskHostBitsOption)
        ).record
        try invocation.change { connection in
            let table = AddressTable(connection)
            let rows = try table.rows(withAddress: record.address, group: record.group)
            if let row = rows.first(where: { $0.mask == record.mask && $0.port == record.port }) {
                throw CommandFailure(
                    .alreadyExists, "\(AddressText.describe(row)) is in the table, with id \(row.id)",
                    hint: "'sipctl address rm --id \(row.id)' removes it")
            }
            _ = try table.insert(record)
        }
        invocation.report("added \(AddressText.describe(record))", on: console)
        return try AddressReload.followUp(invocation, console)
    }
}

/// Rows of the address table in words and in columns.
enum AddressText {
    static let columns = ["id", "grp", "ip_addr", "mask", "port", "tag"]

    static func fields(_ record: AddressRecord) -> [Field] {
        [
            .integer(record.id), number(record.group), .text(record.address), number(record.mask),
            number(record.port), Field(record.tag),
        ]
    }

    private static func number(_ value: Int64?) -> Field {
        value.map(Field.integer) ?? .null
    }

    /// `address '203.0.113.0/24' port 5060 of group 200`.
    static func describe(_ record: AddressRecord) -> String {
        var text = "address '\(record.address)"
        if let mask = record.mask { text += "/\(mask)" }
        text += "'"
        if let port = record.port, port != 0 { text += " port \(port)" }
        if let group = record.group { text += " of group \(group)" }
        return text
    }
}
