import CommandLineInterface
import ControlProtocol
import Database

/// The options all commands share, and what follows from them.
enum Settings {
    /// Where the database is when nobody says.
    static let defaultDatabase = "sqlite:///var/lib/sipd/sipd.sqlite"

    static let databaseOption = CommandOption.value(
        "database", "URL", environment: "SIPCTL_DATABASE", default: defaultDatabase,
        "sqlite:///absolute/path or mysql://user:password@host[:port]/name"
    ).secret
    static let passwordFileOption = CommandOption.value(
        "database-password-file", "FILE", environment: "SIPCTL_DATABASE_PASSWORD_FILE",
        "the password of the database's account, on the first line of a file")
    static let contextOption = CommandOption.value(
        "context", "NAME", environment: "SIPCTL_CONTEXT", "the settings of this context in the configuration files")
    static let noInputOption = CommandOption.flag(
        "no-input", environment: "SIPCTL_NO_INPUT", "never ask; what needs an answer fails")
    static let serverOption = CommandOption.value(
        "server", "SOCKET", environment: "SIPCTL_SERVER", default: ControlClient.defaultPath,
        "the daemon's control socket")
    static let outputOption = CommandOption.value(
        "output", short: "o", "FORMAT", choices: OutputFormat.allCases.map(\.rawValue),
        environment: "SIPCTL_OUTPUT", default: OutputFormat.table.rawValue, "how results are printed")
    static let columnsOption = CommandOption.value("columns", "NAME,...", "the columns to print, in this order")
    static let noHeadersOption = CommandOption.flag("no-headers", "print no line with the columns' names")
    static let domainOption = CommandOption.value(
        "domain", "NAME", environment: "SIP_DOMAIN", "the domain of users that are given without one")
    static let dryRunOption = CommandOption.flag("dry-run", "check and try everything, change nothing")
    static let yesOption = CommandOption.flag("yes", short: "y", "do not ask")

    /// A statement that changes much may take long on a large table.
    private static let answerTimeout: Duration = .seconds(600)
    /// A deadlock on MariaDB takes one of the two back; the other is through by the next attempt.
    private static let attemptsMax = 3

    static var databaseOptions: DatabaseOptions {
        var options = DatabaseOptions()
        options.answerTimeout = answerTimeout
        return options
    }
}

extension Invocation {
    /// The database that options and environment name.
    func databaseURL() throws -> DatabaseURL {
        let url = try DatabaseURL(parsing: value(of: Settings.databaseOption) ?? Settings.defaultDatabase)
        guard let path = value(of: Settings.passwordFileOption), case .server(var server) = url.location else {
            return url
        }
        server.password = try PasswordReader.file(path)
        return DatabaseURL(.server(server))
    }

    /// The database that the first word names, or else options and environment.
    func namedDatabaseURL() throws -> DatabaseURL {
        let url = try databaseURL()
        return try argument(0).map { try DatabaseBackup.target($0, url) } ?? url
    }

    /// Opens the database for `body`; inside a batch it is the batch's connection.
    ///
    /// A missing database is reported with the command that makes it.
    func withDatabase<Result>(_ console: Console, _ body: (any DatabaseConnection) throws -> Result) throws -> Result {
        if let batch = console.context as? BatchSession {
            return try body(batch.connection)
        }
        let connection = try open()
        defer { connection.close() }
        return try body(connection)
    }

    private func open() throws -> any DatabaseConnection {
        let url = try databaseURL()
        do throws(DatabaseError) {
            return try Database.open(url, options: Settings.databaseOptions)
        } catch  where error.reason == .databaseMissing {
            throw CommandFailure(.unavailable, error.description, hint: missingHint(url))
        }
    }

    private func missingHint(_ url: DatabaseURL) -> String {
        switch (setting(of: Settings.databaseOption)?.origin ?? .builtIn, url.engine) {
        case (.builtIn, _):
            "'\(programName) db create' makes it; --database URL or SIPCTL_DATABASE name another one"
        case (.environment(let name), _): "'\(programName) db create' makes it; its URL comes from \(name)"
        case (.file(let place), _): "'\(programName) db create' makes it; its URL comes from \(place)"
        case (.commandLine, .sqlite): "'\(programName) --database \(url) db create' makes it"
        case (.commandLine, .mysql): "'\(programName) --database URL db create' makes it"
        }
    }

    /// Whether changes are only tried.
    var isDryRun: Bool { has(Settings.dryRunOption) }

    /// Runs `body` in one transaction, which a dry run takes back; inside a batch it is the batch's transaction.
    func change<Result>(_ console: Console, _ body: (any DatabaseConnection) throws -> Result) throws -> Result {
        try withDatabase(console) { connection in
            if connection.isInTransaction { return try body(connection) }
            return try Settings.retrying {
                try connection.begin(.write)
                do {
                    let result = try body(connection)
                    if isDryRun { connection.rollback() } else { try connection.commit() }
                    return result
                } catch {
                    connection.rollback()
                    throw error
                }
            }
        }
    }

    /// What a command says it did, beginning with a participle: in a dry run that it would have.
    func report(_ text: String, on console: Console) {
        console.note(isDryRun ? "would have \(text)" : text)
    }

    /// The layout of the result.
    ///
    /// When no columns are asked for, a table for people shows `defaults`, and the other formats `otherwise`; nil is all.
    func layout(_ columns: [String], defaults: [String]? = nil, otherwise: [String]? = nil) throws -> RowLayout {
        let name = value(of: Settings.outputOption) ?? OutputFormat.table.rawValue
        let format = OutputFormat(rawValue: name) ?? .table
        var chosen = value(of: Settings.columnsOption)
        if chosen == nil { chosen = (format == .table ? defaults : otherwise)?.joined(separator: ",") }
        return try RowLayout(
            format: format, columns: columns, choosing: chosen, showsHeaders: !has(Settings.noHeadersOption))
    }

    /// Asks for a yes before something is destroyed.
    ///
    /// - Throws: `CommandFailure` when the answer is no, or when there is nobody to ask and `--yes` is not given.
    func confirm(_ question: String, _ console: Console) throws(CommandFailure) {
        if has(Settings.yesOption) || isDryRun { return }
        guard !has(Settings.noInputOption), let answer = Question.ask("\(question) [y/N] ", console) else {
            throw CommandFailure(.usage, "\(question): not confirmed", hint: "--yes confirms it")
        }
        guard ["y", "yes"].contains(answer.lowercased()) else { throw CommandFailure(.negative, "not confirmed") }
    }
}

extension Settings {
    static func retrying<Result>(_ body: () throws -> Result) throws -> Result {
        for _ in 1..<attemptsMax {
            do {
                return try body()
            } catch let error as DatabaseError where error.isDeadlock {
                continue
            }
        }
        return try body()
    }
}

extension DatabaseError {
    /// The server took our transaction back, because it and another one waited for each other.
    fileprivate var isDeadlock: Bool { reason == .locked && code == 1213 }
}
