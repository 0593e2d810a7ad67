/// A connection to a database.
///
/// It is not `Sendable`: one thread uses it at a time, and `DatabasePool` hands connections out.
///
/// Every call blocks; never make one on an event loop. Values are always bound parameters, written `?` in the statement
/// on both engines. Statements are prepared once and kept.
///
///     let change = try connection.execute("DELETE FROM subscriber WHERE username = ? AND domain = ?", ["alice", "pbx.test"])
///     try connection.forEachRow("SELECT username FROM subscriber WHERE domain = ?", ["pbx.test"]) { row throws(DatabaseError) in
///         print(row[0].text ?? "")
///         return .proceed
///     }
package protocol DatabaseConnection: AnyObject {
    /// The database this is a connection to.
    var url: DatabaseURL { get }

    /// True between `begin` and `commit` or `rollback`.
    var isInTransaction: Bool { get }

    /// Runs a statement that returns no rows.
    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(DatabaseError) -> DatabaseChange

    /// Runs a query and hands over its rows one after another, in constant memory.
    ///
    /// The connection cannot be used inside `body`: that throws `misuse` on both engines.
    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue], _ body: (DatabaseRow) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError)

    /// Runs a statement that somebody else wrote, with or without rows, and does not keep it prepared.
    ///
    /// - Throws: also when there are more than `rowCountMax` rows.
    func query(_ sql: String, rowCountMax: Int) throws(DatabaseError) -> QueryAnswer

    /// Runs one statement without parameters that is not worth keeping, or that cannot be prepared: schema changes.
    func executeDirectly(_ sql: String) throws(DatabaseError)

    /// Opens a transaction.
    func begin(_ mode: TransactionMode) throws(DatabaseError)

    /// Makes the changes of the transaction permanent.
    func commit() throws(DatabaseError)

    /// Takes the changes of the transaction back; a connection that cannot is closed, which has the same effect.
    func rollback()

    /// Whether the other end is still there, as far as one can tell without a round trip.
    var isUsable: Bool { get }

    /// Ends the connection; an open transaction is taken back.
    func close()
}

/// Whether to go on with the next row.
package enum RowStep: Sendable {
    /// Go on.
    case proceed
    /// The rest is not wanted.
    case stop
}

/// What a transaction is going to do.
package enum TransactionMode: Sendable {
    /// Only reads; all of them see the same state.
    case read
    /// Writes; on SQLite the lock is taken at the start, so that a read before the write cannot make it fail.
    case write
}

/// Properties of a connection besides its URL.
package struct DatabaseOptions: Sendable {
    /// How much an acknowledged change survives.
    package enum Durability: Sendable {
        /// The loss of power.
        case full
        /// The death of the process; SQLite then waits for no disk at a commit.
        case process
    }

    /// How long a statement waits for the lock of another process.
    package var lockTimeout: Duration = .seconds(5)
    /// How long connecting may take; whole seconds on MariaDB.
    package var connectTimeout: Duration = .seconds(3)
    /// How long one answer of a server may take; whole seconds.
    package var answerTimeout: Duration = .seconds(30)
    /// Whether an SQLite file that does not exist is created, empty.
    package var createsFile = false
    /// Whether an SQLite file may not be written.
    package var isReadOnly = false
    /// Whether an SQLite file that is not in WAL mode is switched to it.
    package var switchesToWAL = false
    /// How much an acknowledged change survives on SQLite; a server has its own setting.
    package var durability = Durability.full

    /// The defaults fit a short-lived tool.
    package init() {}

    /// What fits a server: it must not wait for a disk at every change, nor long for an answer.
    package static var server: DatabaseOptions {
        var options = DatabaseOptions()
        options.answerTimeout = .seconds(10)
        options.switchesToWAL = true
        options.durability = .process
        return options
    }
}

/// A connection that may move from thread to thread, as long as one at a time uses it: only the pool moves them.
protocol PooledConnection: DatabaseConnection, Sendable {}

/// Opens connections.
package enum Database {
    /// Opens a connection to the database a URL names.
    package static func open(
        _ url: DatabaseURL, options: DatabaseOptions = DatabaseOptions()
    ) throws(DatabaseError) -> any DatabaseConnection {
        try openPooled(url, options)
    }

    static func openPooled(_ url: DatabaseURL, _ options: DatabaseOptions) throws(DatabaseError) -> any PooledConnection
    {
        switch url.location {
        case .file(let path): try SQLiteConnection(url: url, path: path, options: options)
        case .server(let server): try MariaDBConnection(url: url, server: server, options: options)
        }
    }
}

extension DatabaseConnection {
    /// The engine, for the few places where the two differ in SQL.
    package var engine: DatabaseURL.Engine { url.engine }

    /// Runs a statement that returns no rows and has no parameters.
    @discardableResult
    package func execute(_ sql: String) throws(DatabaseError) -> DatabaseChange {
        try execute(sql, [])
    }

    /// The first row of a query, or nil.
    package func firstRow(_ sql: String, _ parameters: [DatabaseValue] = []) throws(DatabaseError) -> DatabaseRow? {
        var result: DatabaseRow?
        try forEachRow(sql, parameters) { row throws(DatabaseError) in
            result = row
            return .stop
        }
        return result
    }

    /// All rows of a query whose result is known to be small.
    package func rows(_ sql: String, _ parameters: [DatabaseValue] = []) throws(DatabaseError) -> [DatabaseRow] {
        var result: [DatabaseRow] = []
        try forEachRow(sql, parameters) { row throws(DatabaseError) in
            result.append(row)
            return .proceed
        }
        return result
    }

    /// Runs `body` in a transaction: committed when it returns, taken back when it throws.
    package func transaction<Result>(
        _ mode: TransactionMode = .write, _ body: () throws -> Result
    ) throws -> Result {
        try begin(mode)
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            rollback()
            throw error
        }
    }
}
