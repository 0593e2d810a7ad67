import CMariaDB

/// A prepared statement of one connection, with the buffers its rows are fetched into.
@safe final class MariaDBStatement {
    private let url: DatabaseURL
    // SAFETY: valid from init until close, which the connection calls once and last.
    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private var results: MariaDBResultBuffers?

    /// Prepares a statement; the connected handle has to outlive it.
    @unsafe init(_ sql: String, on connection: UnsafeMutablePointer<MYSQL>, _ url: DatabaseURL) throws(DatabaseError) {
        self.url = url
        guard let fresh = unsafe mysql_stmt_init(connection) else {
            throw DatabaseError(.other, database: url.description, detail: "out of memory")
        }
        unsafe handle = fresh
        var sql = sql
        // SAFETY: the text is valid inside the closure and sent before the call returns.
        let code = sql.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) {
                unsafe mysql_stmt_prepare(fresh, $0.baseAddress, UInt($0.count))
            }
        }
        guard code == 0 else {
            let error = failure()
            close()
            throw error
        }
    }

    /// Sends the parameters and waits for the beginning of the answer.
    func execute(_ parameters: [DatabaseValue]) throws(DatabaseError) {
        // SAFETY: the statement is prepared.
        let expected = Int(unsafe mysql_stmt_param_count(handle))
        guard parameters.count == expected else {
            throw DatabaseError(
                .misuse, database: url.description,
                detail: "\(parameters.count) parameters for a statement with \(expected)")
        }
        let binds = unsafe MariaDBParameters(parameters)
        defer { binds.deallocate() }
        // SAFETY: the buffers live until the end of this function, which is when the statement was sent.
        if expected > 0 {
            guard unsafe mysql_stmt_bind_param(handle, binds.first) == 0 else { throw failure() }
        }
        guard unsafe mysql_stmt_execute(handle) == 0 else { throw failure() }
    }

    /// What the statement that was just executed changed.
    var change: DatabaseChange {
        // SAFETY: the statement was executed. A SELECT reports all ones for "not known".
        let rows = unsafe mysql_stmt_affected_rows(handle)
        return DatabaseChange(
            affectedRows: rows == .max ? 0 : Int(clamping: rows),
            lastInsertID: Int64(truncatingIfNeeded: unsafe mysql_stmt_insert_id(handle)))
    }

    /// The names of the columns; empty for a statement that returns no rows.
    var columnNames: [String] {
        // SAFETY: the statement is prepared; metadata is freed after its names were copied.
        guard let metadata = unsafe mysql_stmt_result_metadata(handle) else { return [] }
        defer { unsafe mysql_free_result(metadata) }
        let fields = unsafe UnsafeBufferPointer(
            start: mysql_fetch_fields(metadata), count: Int(mysql_num_fields(metadata)))
        return unsafe fields.map { field in unsafe field.name.map { unsafe String(cString: $0) } ?? "" }
    }

    /// The next row of the statement that was just executed; nil at the end.
    func nextRow() throws(DatabaseError) -> DatabaseRow? {
        // SAFETY: the statement was executed.
        let count = Int(unsafe mysql_stmt_field_count(handle))
        guard count > 0 else { return nil }
        let buffers: MariaDBResultBuffers
        if let results, results.count == count {
            buffers = results
        } else {
            buffers = try newBuffers()
        }
        // SAFETY: the buffers belong to this statement and live as long as it does.
        switch unsafe mysql_stmt_fetch(handle) {
        case 0, MYSQL_DATA_TRUNCATED: return try unsafe buffers.row(of: handle, url)
        case MYSQL_NO_DATA: return nil
        default: throw failure()
        }
    }

    private func newBuffers() throws(DatabaseError) -> MariaDBResultBuffers {
        // SAFETY: metadata is freed after its fields were looked at.
        guard let metadata = unsafe mysql_stmt_result_metadata(handle) else { throw failure() }
        defer { unsafe mysql_free_result(metadata) }
        let fields = unsafe UnsafeBufferPointer(
            start: mysql_fetch_fields(metadata), count: Int(mysql_num_fields(metadata)))
        let buffers = unsafe MariaDBResultBuffers(fields)
        // SAFETY: the binds are kept in `results` for the statement's whole life.
        guard unsafe mysql_stmt_bind_result(handle, buffers.binds) == 0 else { throw failure() }
        results = buffers
        return buffers
    }

    /// Throws the rest of the rows away, so that the connection is free again.
    func reset() {
        // SAFETY: the statement is prepared.
        unsafe mysql_stmt_free_result(handle)
    }

    func close() {
        // SAFETY: the connection calls this once, when nobody uses the statement any more.
        unsafe mysql_stmt_close(handle)
        results = nil
    }

    private func failure() -> DatabaseError {
        // SAFETY: the text is copied before the next call on the statement.
        unsafe MariaDBError.make(url, mysql_stmt_errno(handle), mysql_stmt_error(handle))
    }
}

/// Parameter values in one block of memory, as `mysql_stmt_bind_param` wants them.
@safe struct MariaDBParameters {
    // SAFETY: both are allocated by init and freed by deallocate; `first` has `count` initialised elements that point
    // into `bytes`.
    let first: UnsafeMutablePointer<MYSQL_BIND>
    private let count: Int
    private let bytes: UnsafeMutableRawPointer

    @unsafe init(_ values: [DatabaseValue]) {
        count = values.count
        unsafe first = .allocate(capacity: max(count, 1))
        unsafe first.initialize(repeating: MYSQL_BIND(), count: max(count, 1))
        var size = 0
        for value in values { size += Self.size(of: value) }
        unsafe bytes = .allocate(byteCount: max(size, 8), alignment: 8)
        var offset = 0
        for (index, value) in values.enumerated() {
            unsafe first[index] = bind(value, at: bytes + offset)
            offset += Self.size(of: value)
        }
    }

    func deallocate() {
        unsafe first.deinitialize(count: max(count, 1))
        unsafe first.deallocate()
        unsafe bytes.deallocate()
    }

    /// Rounded up, so that every value is aligned.
    private static func size(of value: DatabaseValue) -> Int {
        let size =
            switch value {
            case .null: 0
            case .integer, .real: 8
            case .text(let text): text.utf8.count
            case .blob(let bytes): bytes.count
            }
        return (size + 7) & ~7
    }

    private func bind(_ value: DatabaseValue, at place: UnsafeMutableRawPointer) -> MYSQL_BIND {
        var bind = unsafe MYSQL_BIND()
        unsafe bind.buffer = place
        // SAFETY: `place` has room for size(of: value) bytes.
        switch value {
        case .null: unsafe bind.buffer_type = MYSQL_TYPE_NULL
        case .integer(let number):
            unsafe bind.buffer_type = MYSQL_TYPE_LONGLONG
            unsafe place.storeBytes(of: number, as: Int64.self)
        case .real(let number):
            unsafe bind.buffer_type = MYSQL_TYPE_DOUBLE
            unsafe place.storeBytes(of: number, as: Double.self)
        case .text(var text):
            unsafe bind.buffer_type = MYSQL_TYPE_STRING
            unsafe bind.buffer_length = UInt(text.utf8.count)
            text.withUTF8 { bytes in
                if let start = bytes.baseAddress { unsafe place.copyMemory(from: start, byteCount: bytes.count) }
            }
        case .blob(let bytes):
            unsafe bind.buffer_type = MYSQL_TYPE_BLOB
            unsafe bind.buffer_length = UInt(bytes.count)
            unsafe bytes.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { unsafe place.copyMemory(from: start, byteCount: bytes.count) }
            }
        }
        return unsafe bind
    }
}
