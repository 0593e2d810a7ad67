import CMariaDB

/// The memory that rows of one statement are fetched into.
///
/// A value that is longer than its place is fetched again alone.
@safe final class MariaDBResultBuffers {
    private enum Kind {
        case integer
        case unsigned
        case float
        case double
        case text
        case blob
    }

    /// Longest value that is read from a server; the largest column of the schema holds 64 kB.
    private static let valueBytesMax = 16 * 1024 * 1024
    private static let placeBytesMax = 1024

    let count: Int
    // SAFETY: all four are allocated by init with `count` (at least one) elements and freed by deinit; the binds point
    // into the other three.
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>
    private let bytes: UnsafeMutableRawPointer
    private let kinds: [Kind]
    private let offsets: [Int]

    @unsafe init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) {
        count = fields.count
        var kinds: [Kind] = []
        var offsets: [Int] = []
        var size = 0
        for index in 0..<fields.count {
            let kind = unsafe Self.kind(fields[index])
            kinds.append(kind)
            offsets.append(size)
            size += unsafe Self.placeSize(kind, fields[index])
        }
        self.kinds = kinds
        self.offsets = offsets
        let places = max(count, 1)
        unsafe binds = .allocate(capacity: places)
        unsafe binds.initialize(repeating: MYSQL_BIND(), count: places)
        unsafe lengths = .allocate(capacity: places)
        unsafe lengths.initialize(repeating: 0, count: places)
        unsafe nulls = .allocate(capacity: places)
        unsafe nulls.initialize(repeating: 0, count: places)
        unsafe bytes = .allocate(byteCount: max(size, 8), alignment: 8)
        for index in 0..<count {
            unsafe binds[index].buffer_type = Self.bufferType(kinds[index])
            unsafe binds[index].is_unsigned = kinds[index] == .unsigned ? 1 : 0
            unsafe binds[index].buffer = bytes + offsets[index]
            unsafe binds[index].buffer_length = UInt(Self.placeSize(kinds[index], fields[index]))
            unsafe binds[index].length = lengths + index
            unsafe binds[index].is_null = nulls + index
        }
    }

    deinit {
        // SAFETY: allocated by init, and the statement that fetches into them is closed before its buffers go.
        unsafe binds.deallocate()
        unsafe lengths.deallocate()
        unsafe nulls.deallocate()
        unsafe bytes.deallocate()
    }

    // SAFETY: the field's strings are not looked at, only its numbers.
    private static func kind(_ field: MYSQL_FIELD) -> Kind {
        /// The number of the character set "binary".
        let binary: UInt32 = 63
        switch unsafe field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
            return unsafe field.flags & UInt32(UNSIGNED_FLAG) != 0 ? .unsigned : .integer
        case MYSQL_TYPE_FLOAT: return .float
        case MYSQL_TYPE_DOUBLE: return .double
        case MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_VAR_STRING,
            MYSQL_TYPE_STRING, MYSQL_TYPE_BIT:
            return unsafe field.charsetnr == binary ? .blob : .text
        default: return .text
        }
    }

    private static func bufferType(_ kind: Kind) -> enum_field_types {
        switch kind {
        case .integer, .unsigned: MYSQL_TYPE_LONGLONG
        case .float: MYSQL_TYPE_FLOAT
        case .double: MYSQL_TYPE_DOUBLE
        case .text: MYSQL_TYPE_STRING
        case .blob: MYSQL_TYPE_BLOB
        }
    }

    /// A multiple of 8, so that every place is aligned.
    private static func placeSize(_ kind: Kind, _ field: MYSQL_FIELD) -> Int {
        switch kind {
        case .integer, .unsigned, .float, .double: 8
        case .text, .blob: (min(Int(clamping: unsafe field.length), placeBytesMax) + 15) & ~7
        }
    }

    // MARK: Rows

    /// The row that the statement just fetched into these buffers.
    // SAFETY: the handle is only passed on, to be asked for values that did not fit.
    func row(of statement: UnsafeMutablePointer<MYSQL_STMT>, _ url: DatabaseURL) throws(DatabaseError) -> DatabaseRow {
        var values: [DatabaseValue] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try unsafe value(index, of: statement, url)) }
        return DatabaseRow(values)
    }

    private func value(
        _ index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>, _ url: DatabaseURL
    ) throws(DatabaseError) -> DatabaseValue {
        guard unsafe nulls[index] == 0 else { return .null }
        // SAFETY: the place was filled by the fetch with a value of the bound type.
        let place = unsafe bytes + offsets[index]
        switch kinds[index] {
        case .integer: return .integer(unsafe place.load(as: Int64.self))
        case .unsigned:
            let number = unsafe place.load(as: UInt64.self)
            return Int64(exactly: number).map(DatabaseValue.integer) ?? .text(String(number))
        case .float:
            // By way of the shortest decimal form: 0.1 in a FLOAT column has to read as 0.1.
            let number = unsafe place.load(as: Float.self)
            return .real(Double(number.description) ?? Double(number))
        case .double: return .real(unsafe place.load(as: Double.self))
        case .text, .blob:
            let length = Int(clamping: unsafe lengths[index])
            if length <= Int(unsafe binds[index].buffer_length) {
                return unsafe wrapped(UnsafeRawBufferPointer(start: place, count: length), index)
            }
            return try unsafe longValue(index, length, of: statement, url)
        }
    }

    private func longValue(
        _ index: Int, _ length: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>, _ url: DatabaseURL
    ) throws(DatabaseError) -> DatabaseValue {
        guard length <= Self.valueBytesMax else {
            throw DatabaseError(
                .invalidValue, database: url.description,
                detail: "a value of \(length) bytes, more than \(Self.valueBytesMax)")
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 8)
        defer { unsafe room.deallocate() }
        var bind = unsafe binds[index]
        unsafe bind.buffer = room.baseAddress
        unsafe bind.buffer_length = UInt(length)
        // SAFETY: the room has the length the server announced, and is freed after it was copied.
        guard unsafe mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) == 0 else {
            throw unsafe MariaDBError.make(url, mysql_stmt_errno(statement), mysql_stmt_error(statement))
        }
        return unsafe wrapped(UnsafeRawBufferPointer(room), index)
    }

    private func wrapped(_ buffer: UnsafeRawBufferPointer, _ index: Int) -> DatabaseValue {
        kinds[index] == .text ? unsafe .text(String(decoding: buffer, as: UTF8.self)) : unsafe .blob(Array(buffer))
    }
}
