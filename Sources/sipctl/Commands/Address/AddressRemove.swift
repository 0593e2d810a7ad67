import CommandLineInterface
import Database
import NetworkAddress

/// `address rm`.
enum AddressRemove {
    private static let idOption = CommandOption.value("id", "ID", "remove the row with this id, and nothing else")

    static let command = Command(
        "rm", summary: "remove an address or network",
        discussion: """
            Removes all rows of the group with this address, whatever their mask and port, unless mask or port are given.
            An address that no daemon can use, as other tools leave them in the table, is removed by the text that is stored.
            """,
        arguments: [
            .optional("GROUP", "the group"), .optional("ADDRESS", "the address, or ADDRESS/MASK"),
            .optional("MASK", "only rows with this mask"), .optional("PORT", "only rows with this port"),
        ],
        options: [idOption, AddressReload.option],
        examples: [
            Example("sipctl address rm 200 203.0.113.10", "kamctl's spelling"),
            Example("sipctl address rm 200 2001:db8::/32", "only this network"),
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let removed = try invocation.change { connection in
            let table = AddressTable(connection)
            let rows = try wantedRows(invocation, table)
            for row in rows { _ = try table.delete(id: row.id) }
            return rows
        }
        for row in removed { invocation.report("removed \(AddressText.describe(row))", on: console) }
        return try AddressReload.followUp(invocation, console)
    }

    private static func wantedRows(_ invocation: Invocation, _ table: AddressTable) throws -> [AddressRecord] {
        if let text = invocation.value(of: idOption) {
            guard invocation.arguments.isEmpty else {
                throw CommandFailure(.usage, "--id names one row, group and address are not needed")
            }
            guard let id = Int64(text) else { throw ValueRefusal.failure("id", text, "is not a whole number") }
            guard let row = try AddressSelection(group: nil, id: id).rows(in: table).first else {
                throw CommandFailure(.noSuchRecord, "there is no address with id \(id)")
            }
            return [row]
        }
        guard let group = invocation.argument(0), let address = invocation.argument(1) else {
            throw CommandFailure(.usage, "missing GROUP and ADDRESS, or --id", hint: "sipctl help address rm")
        }
        let selection = try AddressSelection(
            group: group, address: address, mask: invocation.argument(2), port: invocation.argument(3))
        let rows = try selection.rows(in: table)
        guard !rows.isEmpty else {
            throw CommandFailure(
                .noSuchRecord, "address '\(address)' is not in group \(group)",
                hint: "'sipctl address list \(group)' shows what is")
        }
        return rows
    }
}

/// Which rows a command is about; addresses are compared as addresses, and as the text that is stored.
struct AddressSelection {
    private var group: Int64?
    private var id: Int64?
    private var text: String?
    private var address: IPAddress?
    private var mask: Int64?
    /// The mask behind the slash, which is no part of an address that is stored without one.
    private var maskOfText: Int64?
    private var port: Int64?

    init(group: Int64?, id: Int64? = nil) {
        self.group = group
        self.id = id
    }

    init(group: String, address: String, mask: String?, port: String?) throws(CommandFailure) {
        self.group = try AddressEntry.group(group)
        text = address
        let parts = address.split(separator: "/", maxSplits: 1)
        self.address = parts.first.flatMap { IPAddress($0) }
        self.mask = try Self.number("mask", mask)
        self.port = try Self.number("port", port)
        if self.address != nil, parts.count == 2 { maskOfText = try Self.number("mask", String(parts[1])) }
    }

    private static func number(_ field: String, _ text: String?) throws(CommandFailure) -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = Int64(text) else { throw ValueRefusal.failure(field, text, "is not a whole number") }
        return number
    }

    /// Looks at every row of the group, because the same address can be stored in several spellings.
    func rows(in table: AddressTable) throws(DatabaseError) -> [AddressRecord] {
        var result: [AddressRecord] = []
        try table.forEach(group: group) { row throws(DatabaseError) in
            if matches(row) { result.append(row) }
            return .proceed
        }
        return result
    }

    private func matches(_ row: AddressRecord) -> Bool {
        if let id, row.id != id { return false }
        if let mask, row.mask != mask { return false }
        if let port, row.port != port { return false }
        guard let text, row.address != text else { return true }
        guard let address, IPAddress(row.address) == address else { return false }
        return maskOfText == nil || row.mask == maskOfText
    }
}
