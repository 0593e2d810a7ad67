import CMariaDB
import Glibc

/// A connection to a MariaDB or MySQL server.
///
/// A connection that broke while it was idle is opened again before the next statement, outside transactions. One that
/// breaks while a statement runs is reported as `connectionLost`, because nobody knows whether the statement had an effect.
///
/// SAFETY: unchecked, because its state has no lock; the pool gives it to one thread at a time.
@safe final class MariaDBConnection: PooledConnection, @unchecked Sendable {
    let url: DatabaseURL
    private let server: DatabaseURL.Server
    private let options: DatabaseOptions
    // SAFETY: valid while not nil; only the thread that has the connection uses it.
    private var handle: UnsafeMutablePointer<MYSQL>?
    private var cache = StatementCache<MariaDBStatement>()
    private var isStreaming = false
    private var isClosed = false
    private(set) var isInTransaction = false

    /// The library has to be initialised once before threads use it.
    private static let isLibraryReady: Bool = mysql_server_init(0, nil, nil) == 0

    init(url: DatabaseURL, server: DatabaseURL.Server, options: DatabaseOptions) throws(DatabaseError) {
        self.url = url
        self.server = server
        self.options = options
        try connect()
    }

    deinit { close() }

    // MARK: Connecting

    private func connect() throws(DatabaseError) {
        guard Self.isLibraryReady, let fresh = unsafe mysql_init(nil) else {
            throw failure(.other, "libmariadb cannot be initialised")
        }
        unsafe setOptions(of: fresh)
        // SAFETY: the handle was just made and the strings are copied. A nil user is the operating system's user.
        let connected = unsafe mysql_real_connect(
            fresh, server.host, server.user.isEmpty ? nil : server.user, server.password,
            server.name.isEmpty ? nil : server.name, UInt32(server.port), server.socket, UInt(CLIENT_FOUND_ROWS))
        guard unsafe connected != nil else {
            let error = unsafe MariaDBError.make(url, mysql_errno(fresh), mysql_error(fresh), isConnecting: true)
            unsafe mysql_close(fresh)
            throw error
        }
        unsafe handle = fresh
    }

    private func setOptions(of handle: UnsafeMutablePointer<MYSQL>) {
        var connectSeconds = options.connectTimeout.wholeSeconds
        var answerSeconds = options.answerTimeout.wholeSeconds
        var localFiles: UInt32 = 0
        let lockSeconds = options.lockTimeout.wholeSeconds
        // Strict, so that a value that does not fit is refused and not cut.
        let start = """
            SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', \
            innodb_lock_wait_timeout = \(lockSeconds), lock_wait_timeout = \(lockSeconds)
            """
        // SAFETY: each option gets the type its documentation names; the values are copied before the call returns.
        unsafe mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connectSeconds)
        unsafe mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &answerSeconds)
        unsafe mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &answerSeconds)
        // A server may otherwise ask the client for any file it can read.
        unsafe mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &localFiles)
        unsafe mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        unsafe mysql_options(handle, MYSQL_INIT_COMMAND, start)
    }

    var isUsable: Bool {
        // SAFETY: the handle is valid while not nil.
        guard let handle = unsafe handle else { return false }
        // A server says nothing on its own, except that it ends the connection.
        var descriptor = pollfd(fd: Int32(unsafe mysql_get_socket(handle)), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }

    private func ready() throws(DatabaseError) -> UnsafeMutablePointer<MYSQL> {
        guard !isClosed else { throw failure(.misuse, "the connection is closed") }
        guard !isStreaming else { throw failure(.misuse, "a statement inside a row callback") }
        if !isInTransaction, !isUsable {
            disconnect()
            try connect()
        }
        guard let handle = unsafe handle else {
            throw failure(.connectionLost, "the connection broke inside a transaction")
        }
        return unsafe handle
    }

    func close() {
        isClosed = true
        isInTransaction = false
        disconnect()
    }

    private func disconnect() {
        for statement in cache.removeAll() { statement.close() }
        // SAFETY: no statement is left, and the handle is not used again.
        if let handle = unsafe handle { unsafe mysql_close(handle) }
        unsafe handle = nil
    }

    // MARK: Statements

    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(DatabaseError) -> DatabaseChange {
        try withStatement(sql, parameters) { statement throws(DatabaseError) in statement.change }
    }

    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue], _ body: (DatabaseRow) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        try withStatement(sql, parameters) { statement throws(DatabaseError) in
            isStreaming = true
            defer { isStreaming = false }
            while let row = try statement.nextRow() {
                guard case .proceed = try body(row) else { return }
            }
        }
    }

    func query(_ sql: String, rowCountMax: Int) throws(DatabaseError) -> QueryAnswer {
        // SAFETY: ready() gives a connected handle, which stays so until disconnect().
        let handle = unsafe try ready()
        do throws(DatabaseError) {
            // SAFETY: the handle is connected, ready() checked it, and outlives the statement, which is closed here.
            let statement = try unsafe MariaDBStatement(sql, on: handle, url)
            defer { statement.close() }
            try statement.execute([])
            var answer = QueryAnswer(columns: statement.columnNames, rows: [], affectedRows: 0)
            if answer.columns.isEmpty { answer.affectedRows = statement.change.affectedRows }
            while let row = try statement.nextRow() {
                guard answer.rows.count < rowCountMax else { throw failure(.other, "more than \(rowCountMax) rows") }
                answer.rows.append(row)
            }
            return answer
        } catch {
            throw dropIfLost(error)
        }
    }

    func executeDirectly(_ sql: String) throws(DatabaseError) {
        // SAFETY: ready() gives a connected handle, which stays so until disconnect().
        let handle = unsafe try ready()
        var sql = sql
        // SAFETY: the text is valid inside the closure; the handle is connected.
        let code = sql.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) {
                unsafe mysql_real_query(handle, $0.baseAddress, UInt($0.count))
            }
        }
        guard code == 0 else {
            throw dropIfLost(unsafe MariaDBError.make(url, mysql_errno(handle), mysql_error(handle)))
        }
        // SAFETY: a result, which such a statement should not have, must be taken before the next statement.
        if let result = unsafe mysql_store_result(handle) { unsafe mysql_free_result(result) }
    }

    private func withStatement<Result>(
        _ sql: String, _ parameters: [DatabaseValue], _ body: (MariaDBStatement) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        let handle = unsafe try ready()
        let statement: MariaDBStatement
        do throws(DatabaseError) {
            if let cached = cache.take(sql) {
                statement = cached
            } else {
                statement = try unsafe MariaDBStatement(sql, on: handle, url)
            }
        } catch {
            throw dropIfLost(error)
        }
        do throws(DatabaseError) {
            try statement.execute(parameters)
            let result = try body(statement)
            statement.reset()
            cache.put(statement, for: sql)?.close()
            return result
        } catch {
            statement.close()
            throw dropIfLost(error)
        }
    }

    private func dropIfLost(_ error: DatabaseError) -> DatabaseError {
        if error.reason == .connectionLost { disconnect() }
        return error
    }

    // MARK: Transactions

    func begin(_ mode: TransactionMode) throws(DatabaseError) {
        guard !isInTransaction else { throw failure(.misuse, "a transaction inside a transaction") }
        switch mode {
        case .read: try executeDirectly("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        case .write: try executeDirectly("START TRANSACTION")
        }
        isInTransaction = true
    }

    func commit() throws(DatabaseError) {
        guard isInTransaction else { throw failure(.misuse, "commit outside a transaction") }
        try executeDirectly("COMMIT")
        isInTransaction = false
    }

    func rollback() {
        guard isInTransaction else { return }
        do throws(DatabaseError) {
            try executeDirectly("ROLLBACK")
        } catch {
            disconnect()
        }
        isInTransaction = false
    }

    private func failure(_ reason: DatabaseError.Reason, _ detail: String) -> DatabaseError {
        DatabaseError(reason, database: url.description, detail: detail)
    }
}
