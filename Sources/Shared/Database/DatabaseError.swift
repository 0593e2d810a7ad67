/// Why a database did not do what it was asked to.
package struct DatabaseError: Error, Equatable, Sendable {
    /// The kinds that callers decide by; the same situation has the same reason on both engines.
    package enum Reason: Equatable, Sendable {
        /// The URL is not understood; `detail` says why.
        case badURL
        /// The SQLite file, or the database on the server, does not exist.
        case databaseMissing
        /// The folder that an SQLite file is to be made in does not exist.
        case folderMissing(String)
        /// The server or the file cannot be reached.
        case unreachable
        /// The connection broke while a statement ran: whether it had an effect is not known.
        case connectionLost
        /// Somebody else holds a lock, or a deadlock was resolved against us; the same again may succeed.
        case locked
        /// Every connection was in use, or the server has too many, for as long as the caller was ready to wait.
        case exhausted
        /// The database, or its file system, may only be read.
        case readOnly
        /// The account or the file's permissions do not allow it.
        case denied
        /// The file is no SQLite database, or a damaged one.
        case corrupt
        /// The disk is full or broken.
        case storage
        /// A table is missing; the name as far as the engine tells it.
        case tableMissing(String)
        /// A column is missing; the name as far as the engine tells it.
        case columnMissing(String)
        /// The `version` row of a table has another number than expected, 0 when there is no row.
        case wrongVersion(table: String, found: Int, expected: Int)
        /// A row with this unique key exists.
        case duplicate
        /// NOT NULL, CHECK or a foreign key.
        case constraint
        /// Too long, out of range, or not representable in the column's character set.
        case invalidValue
        /// The table or database to be created exists.
        case alreadyExists
        /// The engine does not understand the statement.
        case syntax
        /// The connection is used in a way it does not allow: a statement inside a row callback, a nested transaction.
        case misuse
        /// Anything else the engine reports.
        case other
    }

    /// The kind.
    package var reason: Reason
    /// The database's URL without its password; empty when there is none yet.
    package var database: String
    /// The engine's own error number; 0 when the error was found before the engine was asked.
    package var code: Int
    /// The engine's own words, or ours; parameters of statements are never part of it as far as the engine lets us.
    package var detail: String

    /// Creates an error.
    package init(_ reason: Reason, database: String, code: Int = 0, detail: String) {
        self.reason = reason
        self.database = database
        self.code = code
        self.detail = detail
    }
}

extension DatabaseError: CustomStringConvertible {
    /// One line: what happened, to which database, and the engine's words.
    package var description: String {
        let place = database.isEmpty ? "the database" : "'\(database)'"
        return switch reason {
        case .badURL: "the database URL is not valid: \(detail)"
        case .databaseMissing: "the database \(database.isEmpty ? "" : "'\(database)' ")does not exist"
        case .folderMissing(let folder): "the folder '\(folder)' for \(place) does not exist"
        case .unreachable: "cannot reach the database \(place): \(detail)"
        case .connectionLost: "lost the connection to \(place): \(detail)"
        case .locked: "\(place) is locked by another process: \(detail)"
        case .exhausted: "no connection to \(place) became free: \(detail)"
        case .readOnly: "\(place) is read-only: \(detail)"
        case .denied: "access to \(place) is denied: \(detail)"
        case .corrupt: "\(place) is not a usable database: \(detail)"
        case .storage: "cannot write to \(place): \(detail)"
        case .tableMissing(let name): "table '\(name)' is missing in \(place)"
        case .columnMissing(let name): "column '\(name)' is missing in \(place)"
        case .wrongVersion(let table, let found, let expected):
            found == 0
                ? "table '\(table)' has no version in \(place), expected \(expected)"
                : "table '\(table)' has version \(found) in \(place), expected \(expected)"
        case .duplicate: "a record with this key exists: \(detail)"
        case .constraint: "the value violates a rule of the table: \(detail)"
        case .invalidValue: "the value does not fit into its column: \(detail)"
        case .alreadyExists: "it exists already: \(detail)"
        case .syntax: "\(place) does not understand a statement: \(detail)"
        case .misuse: "the connection is used wrongly: \(detail)"
        case .other: "\(place) reports: \(detail)"
        }
    }
}
