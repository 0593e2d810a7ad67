import CommandLineInterface
import Database
import OperatingSystem

/// `location list`.
enum LocationList {
    static let command = Command(
        "list", summary: "list registered contacts",
        discussion: """
            Reads the table, which a daemon with db_mode 1 or 3 keeps current, one with db_mode 2 some seconds behind, and one
            with db_mode 0 not at all: there 'sipcmd ul.dump' shows the contacts.
            """,
        arguments: [.optional("USER", "only contacts of user@domain")],
        options: [Limit.option],
        examples: [
            Example("sipctl location list", "all contacts"),
            Example("sipctl location list alice@pbx.test --output json", "the contacts of a user, for scripts"),
        ],
        run: { try write($0, $1, mustExist: false) })

    static func write(_ invocation: Invocation, _ console: Console, mustExist: Bool) throws -> ExitCode {
        let user = try invocation.argument(0).map { text throws(CommandFailure) in
            try AddressOfRecord(text, invocation)
        }
        let layout = try invocation.layout(LocationText.columns, defaults: LocationText.tableColumns)
        let limit = try Limit.value(invocation)
        let connection = try invocation.openDatabase()
        defer { connection.close() }
        var writer = RowWriter(layout, console: console)
        var count = 0
        let selection: LocationTable.Selection =
            user.map { .addressOfRecord(username: $0.username, domain: nil) } ?? .all
        try LocationTable(connection).forEach(selection, limit: limit) { record throws(DatabaseError) in
            // A registrar that does not use domains stores none.
            if let user, let domain = record.domain, !domain.isEmpty, domain != user.domain { return .proceed }
            if count == 0 || !mustExist || user != nil { writer.write(LocationText.fields(record)) }
            count += 1
            return console.hasFailed ? .stop : .proceed
        }
        if mustExist, count == 0, let user {
            throw CommandFailure(
                .noSuchRecord, "user '\(user)' has no contact", hint: "'sipctl location list' shows all contacts")
        }
        writer.finish()
        return .success
    }
}

/// `location show`.
enum LocationShow {
    static let command = Command(
        "show", summary: "show the contacts of a user",
        arguments: [.required("USER", "user@domain")],
        options: [Limit.option],
        examples: [Example("sipctl location show alice@pbx.test", "where a user is")],
        run: { try LocationList.write($0, $1, mustExist: true) })
}

/// Rows of the location table in columns; times are in UTC.
enum LocationText {
    static let columns = [
        "username", "domain", "contact", "expires", "q", "received", "path", "socket", "user_agent", "callid", "cseq",
        "flags", "cflags", "methods", "instance", "reg_id", "ruid", "server_id", "connection_id", "last_modified",
    ]
    static let tableColumns = ["username", "domain", "contact", "expires", "q", "received", "user_agent"]

    static func fields(_ record: LocationRecord) -> [Field] {
        [
            .text(record.username), Field(record.domain), .text(record.contact), time(record.expires),
            .real(record.q), Field(record.received), Field(record.path), Field(record.socket),
            .text(record.userAgent), .text(record.callID), .integer(record.cseq), .integer(record.flags),
            .integer(record.branchFlags), record.methods.map(Field.integer) ?? .null, Field(record.instance),
            .integer(record.regID), .text(record.ruid), .integer(record.serverID), .integer(record.connectionID),
            time(record.lastModified),
        ]
    }

    /// RFC 3339 in UTC; `never` for a contact that does not end.
    private static func time(_ seconds: Int64?) -> Field {
        guard let seconds else { return .null }
        guard seconds != 0 else { return .text("never") }
        let text = CalendarTime.text(seconds, in: .utc)
        return .text(text.split(separator: " ").joined(separator: "T") + "Z")
    }
}
