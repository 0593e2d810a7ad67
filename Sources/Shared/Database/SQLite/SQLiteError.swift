import CSQLite
import Glibc

/// Translates SQLite's result codes.
enum SQLiteError {
    private static let noSuchTable = "no such table: "
    private static let noSuchColumns = ["no such column: ", "has no column named "]

    /// Takes the text from the connection the code came from; a path is given only for errors of opening.
    static func make(_ url: DatabaseURL, _ handle: OpaquePointer?, _ code: Int32, path: String?) -> DatabaseError {
        // SAFETY: sqlite3_errmsg returns a string that is valid until the next call on the handle; it is copied at once.
        // For a nil handle it is a constant.
        let text = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? "unknown error"
        return DatabaseError(
            reason(code, text, path: path), database: url.description, code: Int(code),
            detail: detail(code, text, path: path))
    }

    private static func detail(_ code: Int32, _ text: String, path: String?) -> String {
        guard let path, code & 0xFF == SQLITE_CANTOPEN else { return text }
        return unsafe access(path, F_OK) == 0 ? "the file cannot be opened" : "the file does not exist"
    }

    private static func reason(_ code: Int32, _ text: String, path: String?) -> DatabaseError.Reason {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .locked
        case SQLITE_READONLY: .readOnly
        case SQLITE_PERM, SQLITE_AUTH: .denied
        case SQLITE_CANTOPEN: cannotOpen(path)
        case SQLITE_NOTADB, SQLITE_CORRUPT: .corrupt
        case SQLITE_FULL, SQLITE_IOERR: .storage
        case SQLITE_CONSTRAINT: constraint(code)
        case SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE: .invalidValue
        case SQLITE_MISUSE: .misuse
        case SQLITE_ERROR: general(text)
        default: .other
        }
    }

    private static func cannotOpen(_ path: String?) -> DatabaseError.Reason {
        guard let path else { return .unreachable }
        if unsafe access(path, F_OK) == 0 { return unsafe access(path, R_OK) == 0 ? .unreachable : .denied }
        return errno == EACCES ? .denied : .databaseMissing
    }

    /// SQLite's codes for constraints, which its header builds with shifts that Swift does not import.
    private static func constraint(_ code: Int32) -> DatabaseError.Reason {
        let primaryKey = SQLITE_CONSTRAINT | 6 << 8
        let unique = SQLITE_CONSTRAINT | 8 << 8
        let rowID = SQLITE_CONSTRAINT | 10 << 8
        return [primaryKey, unique, rowID].contains(code) ? .duplicate : .constraint
    }

    /// The general code says what happened only in its text.
    private static func general(_ text: String) -> DatabaseError.Reason {
        if text.hasPrefix(noSuchTable) { return .tableMissing(String(text.dropFirst(noSuchTable.count))) }
        for phrase in noSuchColumns {
            if let found = text.range(of: phrase) { return .columnMissing(String(text[found.upperBound...])) }
        }
        return text.hasSuffix("already exists") ? .alreadyExists : .syntax
    }
}
