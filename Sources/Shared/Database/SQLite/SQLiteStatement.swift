import CSQLite

/// A prepared statement of one connection.
@safe struct SQLiteStatement {
    // SAFETY: valid from init until finalize, which the connection calls once and last.
    private let handle: OpaquePointer

    /// Prepares a statement; the connection is only asked for its error text.
    @unsafe init(_ sql: String, handle database: OpaquePointer?, _ connection: SQLiteConnection) throws(DatabaseError) {
        var statement: OpaquePointer?
        var hasMore = false
        let blanks = " \t\n\r;".utf8
        var sql = sql
        // SAFETY: the text is valid inside the closure and SQLite copies it; the length excludes the terminator.
        let code = sql.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) { text in
                var tail: UnsafePointer<CChar>?
                let code = unsafe sqlite3_prepare_v3(
                    database, text.baseAddress, Int32(clamping: text.count), UInt32(SQLITE_PREPARE_PERSISTENT),
                    &statement, &tail)
                // What stands behind the first statement would be left out in silence.
                if let end = unsafe tail, let start = text.baseAddress {
                    let used = unsafe min(start.distance(to: end), text.count)
                    hasMore = unsafe text[used...].contains { !blanks.contains(UInt8(bitPattern: $0)) }
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw connection.failure(code) }
        guard let statement = unsafe statement else {
            throw DatabaseError(.syntax, database: connection.url.description, detail: "empty statement")
        }
        unsafe handle = statement
        if hasMore {
            finalize()
            throw DatabaseError(.syntax, database: connection.url.description, detail: "more than one statement")
        }
    }

    func bind(_ parameters: [DatabaseValue], _ connection: SQLiteConnection) throws(DatabaseError) {
        // SAFETY: the statement is not finalized.
        let expected = Int(unsafe sqlite3_bind_parameter_count(handle))
        guard parameters.count == expected else {
            throw DatabaseError(
                .misuse, database: connection.url.description,
                detail: "\(parameters.count) parameters for a statement with \(expected)")
        }
        for (index, value) in parameters.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
    }

    private func bind(_ value: DatabaseValue, at index: Int32) -> Int32 {
        // SAFETY: SQLITE_TRANSIENT, which is the pointer -1, makes SQLite copy the bytes before the call returns.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty buffer may have no address, which SQLite would take for NULL.
                    guard let address = characters.baseAddress else {
                        return unsafe sqlite3_bind_text64(handle, index, "", 0, transient, UInt8(SQLITE_UTF8))
                    }
                    return unsafe sqlite3_bind_text64(
                        handle, index, address, UInt64(characters.count), transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
            return unsafe bytes.withUnsafeBytes { buffer in
                unsafe sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), transient)
            }
        }
    }

    /// True when there is a row.
    func step(_ connection: SQLiteConnection) throws(DatabaseError) -> Bool {
        // SAFETY: the statement is not finalized.
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.failure(code)
        }
    }

    /// The names of the columns; empty for a statement that returns no rows.
    var columnNames: [String] {
        // SAFETY: the statement is not finalized; the names are copied before the next call on it.
        let count = unsafe sqlite3_column_count(handle)
        return (0..<count).map { index in
            unsafe sqlite3_column_name(handle, index).map { unsafe String(cString: $0) } ?? ""
        }
    }

    func row() -> DatabaseRow {
        // SAFETY: called after step returned a row; the count is that row's.
        let count = unsafe sqlite3_column_count(handle)
        var values: [DatabaseValue] = []
        values.reserveCapacity(Int(count))
        for index in 0..<count { values.append(value(index)) }
        return DatabaseRow(values)
    }

    private func value(_ index: Int32) -> DatabaseValue {
        // SAFETY: the index is below the column count; text and blob are copied before the next call on the statement,
        // and their length is asked for after the conversion, as sqlite3_column_bytes demands.
        switch unsafe sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            guard let text = unsafe sqlite3_column_text(handle, index) else { return .text("") }
            let length = Int(unsafe sqlite3_column_bytes(handle, index))
            return unsafe .text(String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = unsafe sqlite3_column_blob(handle, index) else { return .blob([]) }
            let length = Int(unsafe sqlite3_column_bytes(handle, index))
            return unsafe .blob(Array(UnsafeRawBufferPointer(start: bytes, count: length)))
        default: return .null
        }
    }

    /// Makes the statement ready for its next use; drops the copies of its parameters.
    func reset() {
        // SAFETY: the statement is not finalized.
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    func finalize() {
        // SAFETY: the connection calls this once, when nobody uses the statement any more.
        unsafe sqlite3_finalize(handle)
    }
}
