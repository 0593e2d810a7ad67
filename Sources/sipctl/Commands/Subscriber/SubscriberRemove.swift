import CommandLineInterface
import ControlProtocol
import Database

/// `subscriber rm`, kamctl's `rm`.
enum SubscriberRemove {
    static let command = Command(
        "rm", summary: "remove a user",
        discussion: """
            Removes the user with everything that is the user's: aliases, group memberships, attributes, speed dials and
            contacts, in one transaction. When the daemon runs, it is told to forget the contacts it holds in memory.
            """,
        arguments: [.required("USER", "user@domain")], options: [TableOptions.ifExists],
        examples: [Example("sipctl rm alice@pbx.test", "kamctl's spelling")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let removed = try invocation.editing(.subscriber, console) { table -> String? in
            guard let row = try table.existing(try table.draft(of: user)) else { return nil }
            try table.delete(row)
            return try SubscriberRemoval(table.connection, user).run()
        }
        guard let removed else {
            guard invocation.has(TableOptions.ifExists) else { throw user.missing }
            console.note("there is no user '\(user)'")
            return .success
        }
        invocation.report("removed user '\(user)'\(removed)", on: console)
        if !invocation.isDryRun { forgetContacts(of: user, invocation, console) }
        return .success
    }

    /// The daemon need not run: the rows are gone, and it would load nothing else at its next start.
    private static func forgetContacts(of user: AddressOfRecord, _ invocation: Invocation, _ console: Console) {
        do throws(ControlClientError) {
            _ = try Daemon.call("ul.rm", [.string("location"), .string(user.description)], invocation)
        } catch {
            switch error {
            case .notFound, .refused, .fault: return
            case .denied, .pathTooLong, .notASocket, .datagramSocket, .unknownHost, .timedOut, .closed,
                .foreignProtocol,
                .malformedAnswer, .system:
                console.note("the daemon may still hold contacts of '\(user)': \(error)")
            }
        }
    }
}

/// Removes everything that belongs to a user who was removed, inside the caller's transaction.
private struct SubscriberRemoval {
    private static let tables = [
        ("dbaliases", "alias", "aliases"), ("grp", "group membership", "group memberships"),
        ("usr_preferences", "attribute", "attributes"), ("speed_dial", "speed dial", "speed dials"),
        ("uri", "name", "names"),
    ]

    private let connection: any DatabaseConnection
    private let user: AddressOfRecord

    init(_ connection: any DatabaseConnection, _ user: AddressOfRecord) {
        self.connection = connection
        self.user = user
    }

    /// What was removed besides the user, for a message.
    func run() throws(DatabaseError) -> String {
        var parts: [String] = []
        for (table, one, many) in Self.tables {
            let count = try deleteOptional("DELETE FROM \(table) WHERE username = ? AND domain = ?", [user.domain])
            if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
        }
        let contacts = try deleteContacts()
        if contacts > 0 { parts.append("\(contacts) contact\(contacts == 1 ? "" : "s")") }
        return parts.isEmpty ? "" : " with \(parts.joined(separator: ", "))"
    }

    /// Contacts are stored without a domain when the registrar does not use it; then the name alone has to be unique.
    private func deleteContacts() throws(DatabaseError) -> Int {
        let count = try deleteOptional("DELETE FROM location WHERE username = ? AND domain = ?", [user.domain])
        let namesake = try connection.firstRow(
            "SELECT 1 FROM subscriber WHERE username = ? LIMIT 1", [.text(user.username)])
        guard namesake == nil else { return count }
        return try count
            + deleteOptional("DELETE FROM location WHERE username = ? AND (domain IS NULL OR domain = '')", [])
    }

    /// Deletes rows of a table that an older or smaller database may lack.
    private func deleteOptional(_ sql: String, _ more: [String]) throws(DatabaseError) -> Int {
        do throws(DatabaseError) {
            let parameters = [user.username] + more
            return try connection.execute(sql, parameters.map(DatabaseValue.text)).affectedRows
        } catch {
            if case .tableMissing = error.reason { return 0 }
            throw error
        }
    }
}
