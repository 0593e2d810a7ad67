import CommandLineInterface
import ControlProtocol
import Database

/// `subscriber rm`, kamctl's `rm`.
enum SubscriberRemove {
    static let command = Command(
        "rm", summary: "remove a user",
        discussion: """
            Removes the user, and the user's aliases, group memberships and contacts, in one transaction. When the daemon
            runs, it is told to forget the contacts it holds in memory.
            """,
        arguments: [.required("USER", "user@domain")],
        examples: [Example("sipctl rm alice@pbx.test", "kamctl's spelling")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let removed = try invocation.change { try SubscriberRemoval($0, user).run() }
        guard let removed else { throw user.missing }
        invocation.report("removed user '\(user)'\(removed)", on: console)
        if !invocation.isDryRun { forgetContacts(of: user, invocation, console) }
        return .success
    }

    /// The daemon need not run: the rows are gone, and it would load nothing else at its next start.
    private static func forgetContacts(of user: AddressOfRecord, _ invocation: Invocation, _ console: Console) {
        let path = invocation.value(of: Settings.serverOption) ?? ControlClient.defaultPath
        do throws(ControlClientError) {
            let client = try ControlClient(path: path)
            _ = try client.call("ul.rm", .positional([.string("location"), .string(user.description)]))
        } catch {
            switch error {
            case .notFound, .refused, .fault: return
            case .denied, .pathTooLong, .notASocket, .timedOut, .closed, .foreignProtocol, .malformedAnswer, .system:
                console.note("the daemon may still hold contacts of '\(user)': \(error)")
            }
        }
    }
}

/// Removes everything that belongs to a user, inside the caller's transaction.
private struct SubscriberRemoval {
    private let connection: any DatabaseConnection
    private let user: AddressOfRecord

    init(_ connection: any DatabaseConnection, _ user: AddressOfRecord) {
        self.connection = connection
        self.user = user
    }

    /// What was removed besides the user, for a message; nil when there is no such user.
    func run() throws(DatabaseError) -> String? {
        guard try SubscriberTable(connection).delete(username: user.username, domain: user.domain) else { return nil }
        var parts: [String] = []
        for (table, noun) in [("dbaliases", "alias"), ("grp", "group membership")] {
            let count = try deleteOptional("DELETE FROM \(table) WHERE username = ? AND domain = ?", [user.domain])
            if count > 0 { parts.append("\(count) \(noun)\(count == 1 ? "" : noun == "alias" ? "es" : "s")") }
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
