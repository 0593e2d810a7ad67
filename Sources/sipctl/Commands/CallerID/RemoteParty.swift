import CommandLineInterface
import Database

/// kamctl's `rpid`: the Remote-Party-ID of users, in a column that not every table has.
enum RemoteParty {
    static let command = Command(
        "rpid", summary: "the Remote-Party-ID of users, where the subscriber table has the column",
        section: Sipctl.kamctlSection,
        subcommands: [
            Command(
                "add", summary: "set the Remote-Party-ID of a user",
                arguments: [.required("USER", "user@domain"), .required("RPID", "a number or URI")],
                run: { try set($0, $1, $0.argument(1)) }),
            Command(
                "rm", summary: "remove the Remote-Party-ID of a user",
                arguments: [.required("USER", "user@domain")], run: { try set($0, $1, nil) }),
            Command(
                "show", summary: "show Remote-Party-IDs",
                arguments: [.optional("USER", "user@domain; all when missing")],
                options: [Limit.option], run: { try show($0, $1) }),
        ])

    private static func set(_ invocation: Invocation, _ console: Console, _ text: String?) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        try invocation.editing(.subscriber, console) { table in
            let column = try column(table)
            guard let row = try table.existing(try table.draft(of: user)) else { throw user.missing }
            var changes = RowDraft(table.definition, table.engine)
            changes["rpid"] = try table.value(text ?? (column.isNullable ? nil : ""), column)
            try table.update(row, changes)
        }
        invocation.report("\(text == nil ? "removed" : "set") the rpid of user '\(user)'", on: console)
        return .success
    }

    private static func show(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        try invocation.reading(.subscriber, console) { table in
            _ = try column(table)
            let selection = try table.selection([Slot.user().optional], invocation.arguments[...])
            let names = table.definition.columns.map(\.name.name)
            let shown = ["username", "domain", "rpid"]
            var writer = RowWriter(try invocation.layout(names, defaults: shown, otherwise: shown), console: console)
            try table.write(selection, &writer, console)
            writer.finish()
            return .success
        }
    }

    private static func column(_ table: OpenTable) throws(CommandFailure) -> ColumnDefinition {
        guard let column = table.definition.column("rpid") else {
            throw CommandFailure(
                .configuration, "table 'subscriber' has no column 'rpid'",
                hint: "sipctl db exec 'ALTER TABLE subscriber ADD COLUMN rpid VARCHAR(64) DEFAULT NULL' adds it")
        }
        return column
    }
}
