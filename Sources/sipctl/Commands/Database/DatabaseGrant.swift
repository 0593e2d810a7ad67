import CommandLineInterface
import Database

/// kamdbctl's `grant`, `revoke` and `dbonly`: accounts of a MariaDB server.
enum DatabaseGrant {
    private static let writer = CommandOption.value(
        "rw-user", "NAME", environment: "DBRWUSER", default: "kamailio", "the account that may do everything")
    private static let writerPassword = CommandOption.value(
        "rw-password", "PASSWORD", environment: "DBRWPW", "its password; better in the environment than here"
    ).secret
    private static let reader = CommandOption.value(
        "ro-user", "NAME", environment: "DBROUSER", default: "kamailioro", "the account that may read")
    private static let readerPassword = CommandOption.value(
        "ro-password", "PASSWORD", environment: "DBROPW", "its password; better in the environment than here"
    ).secret
    private static let host = CommandOption.value(
        "host", "HOST", environment: "DBACCESSHOST", default: "localhost", repeats: true, "where the accounts come from"
    )

    static let commands: [Command] = [
        Command(
            "grant", summary: "make the accounts of a MariaDB server and give them their rights",
            options: [writer, writerPassword, reader, readerPassword, host], run: { try run($0, $1, grants: true) }),
        Command(
            "revoke", summary: "take the rights of the accounts away", options: [writer, reader, host],
            run: { try run($0, $1, grants: false) }),
        Command(
            "dbonly", summary: "make the database of a MariaDB server without tables",
            run: { invocation, console in
                guard case .server(var server) = try invocation.databaseURL().location else { throw notHere }
                guard let name = SQLIdentifier(server.name) else {
                    throw ValueRefusal.failure("database", server.name, "has letters, digits and '_' only")
                }
                server.name = ""
                let connection = try Database.open(DatabaseURL(.server(server)), options: Settings.databaseOptions)
                defer { connection.close() }
                if !invocation.isDryRun {
                    try connection.executeDirectly(
                        "CREATE DATABASE \(name.quoted) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
                }
                invocation.report("created the database '\(name)'", on: console)
                return .success
            }),
    ]

    private static var notHere: CommandFailure {
        CommandFailure(.usage, "an SQLite file has no accounts", hint: "its permissions are those of the file")
    }

    private static func run(_ invocation: Invocation, _ console: Console, grants: Bool) throws -> ExitCode {
        guard case .server(let server) = try invocation.databaseURL().location else { throw notHere }
        guard let database = SQLIdentifier(server.name) else {
            throw ValueRefusal.failure("database", server.name, "has letters, digits and '_' only")
        }
        var statements: [(sql: String, note: String)] = []
        for host in invocation.values(of: host) {
            for (option, password, rights) in [
                (writer, writerPassword, "ALL PRIVILEGES"), (reader, readerPassword, "SELECT"),
            ] {
                let account = try "\(quoted("user", invocation.value(of: option) ?? ""))@\(quoted("host", host))"
                if grants {
                    var sql = "CREATE USER IF NOT EXISTS \(account)"
                    if let text = invocation.value(of: password) {
                        sql += " IDENTIFIED BY \(try quoted("password", text))"
                    }
                    statements.append((sql, ""))
                    statements.append(
                        ("GRANT \(rights) ON \(database.quoted).* TO \(account)", "granted \(rights) to \(account)"))
                } else {
                    statements.append(
                        (
                            "REVOKE ALL PRIVILEGES ON \(database.quoted).* FROM \(account)",
                            "revoked the rights of \(account)"
                        ))
                }
            }
        }
        try invocation.withDatabase(console) { connection in
            for (sql, note) in statements {
                if !invocation.isDryRun { try connection.executeDirectly(sql) }
                if !note.isEmpty { invocation.report(note, on: console) }
            }
        }
        return .success
    }

    /// A text in quotes; these statements know no parameters.
    private static func quoted(_ field: String, _ text: String) throws(CommandFailure) -> String {
        let isSafe = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" && $0 != "'" && $0.value != 0x7F }
        guard isSafe, !text.isEmpty else {
            let shown = field == "password" ? "***" : text
            throw ValueRefusal.failure(
                field, shown, "is empty, or contains a quote, a backslash or a control character")
        }
        return "'\(text)'"
    }
}
