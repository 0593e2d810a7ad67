import OperatingSystem
import Synchronization

/// Connections to one database, handed out to one thread at a time.
///
/// Waiting is bounded: a caller gets a connection, or `exhausted` after `waitTimeout`. While the database cannot be
/// reached, callers are refused at once for `retryInterval` after each failure, so that they do not queue up behind
/// connection attempts that time out.
///
///     let pool = DatabasePool(url, connections: 8)
///     let row = try pool.withConnection { try $0.firstRow("SELECT ha1 FROM subscriber WHERE username = ?", [.text(name)]) }
package final class DatabasePool: Sendable {
    private struct State: Sendable {
        var idle: [any PooledConnection] = []
        var failure: (error: DatabaseError, at: ContinuousClock.Instant)?
        var isClosed = false
    }

    /// The database.
    package let url: DatabaseURL
    private let options: DatabaseOptions
    private let waitTimeout: Duration
    private let retryInterval: Duration
    private let permits: CountingSemaphore
    private let state = Mutex(State())

    /// Prepares a pool; no connection is opened before one is needed.
    ///
    /// - Parameters:
    ///   - url: the database.
    ///   - options: how connections are opened.
    ///   - connections: the most connections open at a time.
    ///   - waitTimeout: how long a caller waits for a free connection.
    ///   - retryInterval: how long after a failed attempt to connect callers get the same failure without an attempt.
    package init(
        _ url: DatabaseURL, options: DatabaseOptions = DatabaseOptions(), connections: Int,
        waitTimeout: Duration = .seconds(5), retryInterval: Duration = .milliseconds(500)
    ) {
        self.url = url
        self.options = options
        self.waitTimeout = waitTimeout
        self.retryInterval = retryInterval
        permits = CountingSemaphore(permits: max(connections, 1))
    }

    /// Lends a connection to `body`, and blocks until there is one: never call this on an event loop.
    ///
    /// A transaction that `body` leaves open is taken back. The connection must not leave `body`.
    package func withConnection<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
        guard permits.wait(for: waitTimeout) else {
            throw DatabaseError(
                .exhausted, database: url.description, detail: "all connections were in use for \(waitTimeout)")
        }
        defer { permits.signal() }
        let connection = try take()
        defer { giveBack(connection) }
        return try body(connection)
    }

    /// Closes the idle connections, and the others when they come back; later callers are refused.
    package func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { connection.close() }
    }

    private func take() throws(DatabaseError) -> any PooledConnection {
        let now = ContinuousClock.now
        let (idle, recent, isClosed) = state.withLock { state -> ((any PooledConnection)?, DatabaseError?, Bool) in
            if let failure = state.failure, now - failure.at < retryInterval {
                return (state.idle.popLast(), failure.error, state.isClosed)
            }
            return (state.idle.popLast(), nil, state.isClosed)
        }
        guard !isClosed else {
            throw DatabaseError(.misuse, database: url.description, detail: "the pool is closed")
        }
        if let idle { return idle }
        if let recent { throw recent }
        do throws(DatabaseError) {
            let connection = try Database.openPooled(url, options)
            state.withLock { $0.failure = nil }
            return connection
        } catch {
            state.withLock { $0.failure = (error, ContinuousClock.now) }
            throw error
        }
    }

    private func giveBack(_ connection: any PooledConnection) {
        connection.rollback()
        let isKept = state.withLock { state in
            guard !state.isClosed, connection.isUsable else { return false }
            state.idle.append(connection)
            return true
        }
        if !isKept { connection.close() }
    }
}
