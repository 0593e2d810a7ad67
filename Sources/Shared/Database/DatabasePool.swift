import Glibc
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
    // SAFETY: a connection is in this box only while it is idle, or while the one thread that took it out uses it.
    private struct Confined: @unchecked Sendable {
        let connection: any DatabaseConnection
    }

    private struct State: Sendable {
        var idle: [Confined] = []
        var failure: (error: DatabaseError, at: ContinuousClock.Instant)?
        var isClosed = false
    }

    /// The database.
    package let url: DatabaseURL
    private let options: DatabaseOptions
    private let waitTimeout: Duration
    private let retryInterval: Duration
    private let permits: Semaphore
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
        permits = Semaphore(permits: max(connections, 1))
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
        for confined in idle { confined.connection.close() }
    }

    private func take() throws(DatabaseError) -> any DatabaseConnection {
        let now = ContinuousClock.now
        let (idle, recent, isClosed) = state.withLock { state -> (Confined?, DatabaseError?, Bool) in
            if let failure = state.failure, now - failure.at < retryInterval {
                return (state.idle.popLast(), failure.error, state.isClosed)
            }
            return (state.idle.popLast(), nil, state.isClosed)
        }
        guard !isClosed else {
            throw DatabaseError(.misuse, database: url.description, detail: "the pool is closed")
        }
        if let idle { return idle.connection }
        if let recent { throw recent }
        do throws(DatabaseError) {
            let connection = try Database.open(url, options: options)
            state.withLock { $0.failure = nil }
            return connection
        } catch {
            state.withLock { $0.failure = (error, ContinuousClock.now) }
            throw error
        }
    }

    private func giveBack(_ connection: any DatabaseConnection) {
        connection.rollback()
        let confined = Confined(connection: connection)
        let isKept = state.withLock { state in
            guard !state.isClosed, confined.connection.isUsable else { return false }
            state.idle.append(confined)
            return true
        }
        if !isKept { connection.close() }
    }
}

/// A counting semaphore with a time-out that the wall clock does not influence.
@safe private final class Semaphore: Sendable {
    /// What the two pthread objects protect.
    @unsafe private struct Storage {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
        var permits: Int
    }

    // SAFETY: the address is fixed from init to deinit, and `permits` is only touched with the mutex locked.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Storage>

    init(permits: Int) {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: Storage(permits: permits))
        unsafe pthread_mutex_init(&storage.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(&storage.pointee.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(&storage.pointee.condition)
        unsafe pthread_mutex_destroy(&storage.pointee.mutex)
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// True when a permit was taken, false after the time-out.
    func wait(for timeout: Duration) -> Bool {
        var deadline = Self.deadline(in: timeout)
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        defer { unsafe pthread_mutex_unlock(&storage.pointee.mutex) }
        while unsafe storage.pointee.permits == 0 {
            let code = unsafe pthread_cond_timedwait(&storage.pointee.condition, &storage.pointee.mutex, &deadline)
            if code == ETIMEDOUT { return unsafe takeIfFree() }
        }
        return unsafe takeIfFree()
    }

    @unsafe private func takeIfFree() -> Bool {
        guard unsafe storage.pointee.permits > 0 else { return false }
        unsafe storage.pointee.permits -= 1
        return true
    }

    private static func deadline(in timeout: Duration) -> timespec {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = timeout.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        deadline.tv_sec = deadline.tv_sec.addingReportingOverflow(Int(clamping: seconds)).partialValue
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return deadline
    }

    func signal() {
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        unsafe storage.pointee.permits += 1
        unsafe pthread_cond_signal(&storage.pointee.condition)
        unsafe pthread_mutex_unlock(&storage.pointee.mutex)
    }
}
