import CSQLite

/// A connection to an SQLite file.
///
/// SAFETY: unchecked, because its state has no lock; the pool gives it to one thread at a time.
@safe final class SQLiteConnection: PooledConnection, @unchecked Sendable {
    let url: DatabaseURL
    // SAFETY: valid from init until close sets it to nil; only the thread that has the connection uses it.
    private var handle: OpaquePointer?
    private var cache = StatementCache<SQLiteStatement>()
    private var isStreaming = false
    private(set) var isInTransaction = false

    init(url: DatabaseURL, path: String, options: DatabaseOptions) throws(DatabaseError) {
        self.url = url
        var flags = options.isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        if options.createsFile { flags |= SQLITE_OPEN_CREATE }
        // SAFETY: sqlite3_open_v2 copies the path and stores a handle that must be closed even when it fails.
        let code = unsafe sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK else {
            let error = unsafe SQLiteError.make(url, handle, code, path: path)
            close()
            throw error
        }
        // SAFETY: the handle is open.
        unsafe sqlite3_extended_result_codes(handle, 1)
        unsafe sqlite3_busy_timeout(handle, Int32(clamping: options.lockTimeout.milliseconds))
        do throws(DatabaseError) {
            try configure(options)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    private func configure(_ options: DatabaseOptions) throws(DatabaseError) {
        // Also the first look into the file: one that is no database is found here.
        let mode = try firstRow("PRAGMA journal_mode")?[0].text
        if options.switchesToWAL, !options.isReadOnly, mode != "wal" {
            try switchToWAL()
        }
        if options.durability == .process { try executeDirectly("PRAGMA synchronous = NORMAL") }
    }

    /// A file that others use, or that may only be read, stays in the mode it is in.
    private func switchToWAL() throws(DatabaseError) {
        do throws(DatabaseError) {
            _ = try firstRow("PRAGMA journal_mode = WAL")
        } catch {
            guard error.reason == .locked || error.reason == .readOnly else { throw error }
        }
    }

    var isUsable: Bool { unsafe handle != nil }

    func close() {
        for statement in cache.removeAll() { statement.finalize() }
        // SAFETY: no statement is left; a nil handle is allowed; the handle is not used again.
        unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
        isInTransaction = false
    }

    // MARK: Statements

    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(DatabaseError) -> DatabaseChange {
        let statement = try prepared(sql)
        defer { release(statement, sql) }
        try statement.bind(parameters, self)
        while try statement.step(self) {}
        // SAFETY: the handle is open, prepared(_:) checked it.
        return unsafe DatabaseChange(
            affectedRows: Int(sqlite3_changes64(handle)), lastInsertID: sqlite3_last_insert_rowid(handle))
    }

    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue], _ body: (DatabaseRow) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        let statement = try prepared(sql)
        defer {
            isStreaming = false
            release(statement, sql)
        }
        try statement.bind(parameters, self)
        isStreaming = true
        while try statement.step(self) {
            guard case .proceed = try body(statement.row()) else { return }
        }
    }

    func query(_ sql: String, rowCountMax: Int) throws(DatabaseError) -> QueryAnswer {
        let statement = try prepared(sql, keeping: false)
        defer { statement.finalize() }
        var answer = QueryAnswer(columns: statement.columnNames, rows: [], affectedRows: 0)
        while try statement.step(self) {
            guard answer.rows.count < rowCountMax else { throw failure(.other, "more than \(rowCountMax) rows") }
            answer.rows.append(statement.row())
        }
        // SAFETY: the handle is open, prepared(_:) checked it.
        if answer.columns.isEmpty { answer.affectedRows = Int(unsafe sqlite3_changes64(handle)) }
        return answer
    }

    func executeDirectly(_ sql: String) throws(DatabaseError) {
        let statement = try prepared(sql, keeping: false)
        defer { statement.finalize() }
        while try statement.step(self) {}
    }

    private func prepared(_ sql: String, keeping: Bool = true) throws(DatabaseError) -> SQLiteStatement {
        guard unsafe handle != nil else { throw failure(.misuse, "the connection is closed") }
        guard !isStreaming else { throw failure(.misuse, "a statement inside a row callback") }
        if keeping, let statement = cache.take(sql) { return statement }
        // SAFETY: the handle is open and the statement belongs to it.
        return try unsafe SQLiteStatement(sql, handle: handle, self)
    }

    private func release(_ statement: SQLiteStatement, _ sql: String) {
        statement.reset()
        cache.put(statement, for: sql)?.finalize()
    }

    // MARK: Transactions

    func begin(_ mode: TransactionMode) throws(DatabaseError) {
        guard !isInTransaction else { throw failure(.misuse, "a transaction inside a transaction") }
        switch mode {
        case .read: try execute("BEGIN")
        case .write: try execute("BEGIN IMMEDIATE")
        }
        isInTransaction = true
    }

    func commit() throws(DatabaseError) {
        guard isInTransaction else { throw failure(.misuse, "commit outside a transaction") }
        try execute("COMMIT")
        isInTransaction = false
    }

    func rollback() {
        guard isInTransaction else { return }
        isInTransaction = false
        // SQLite itself takes a transaction back after some errors; then there is nothing left to do.
        // SAFETY: the handle is open as long as a transaction is.
        guard unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        do throws(DatabaseError) {
            try execute("ROLLBACK")
        } catch {
            close()
        }
    }

    // MARK: Errors

    func failure(_ code: Int32) -> DatabaseError {
        // SAFETY: the handle belongs to this connection.
        unsafe SQLiteError.make(url, handle, code, path: nil)
    }

    private func failure(_ reason: DatabaseError.Reason, _ detail: String) -> DatabaseError {
        DatabaseError(reason, database: url.description, detail: detail)
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1000).overflow
            ? .max : seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// At least one second, for interfaces that count in seconds and take 0 for no limit.
    var wholeSeconds: UInt32 {
        UInt32(clamping: max(components.seconds + (components.attoseconds > 0 ? 1 : 0), 1))
    }
}
