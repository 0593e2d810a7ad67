import Glibc

/// The file of a database, before and after SQLite has it.
enum SQLiteFile {
    /// Who may read a new file: passwords and hashes are in it.
    private static let permission: mode_t = 0o640

    /// Makes an empty file; false when there is one.
    static func create(_ path: String, _ url: DatabaseURL) throws(DatabaseError) -> Bool {
        // SAFETY: the path is a NUL-terminated copy for the length of the call.
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, permission)
        guard descriptor < 0 else {
            close(descriptor)
            return true
        }
        if errno == EEXIST { return false }
        throw failure(errno, path, url)
    }

    /// Removes the file and what SQLite keeps beside it.
    static func remove(_ path: String, _ url: DatabaseURL) throws(DatabaseError) {
        // SAFETY: each path is a NUL-terminated copy for the length of the call.
        guard unsafe unlink(path) == 0 else { throw failure(errno, path, url) }
        for suffix in ["-wal", "-shm", "-journal"] { _ = unsafe unlink(path + suffix) }
    }

    private static func failure(_ number: Int32, _ path: String, _ url: DatabaseURL) -> DatabaseError {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? "/" : String(path[..<end])
        // SAFETY: the path is a NUL-terminated copy for the length of the call.
        let hasFolder = unsafe access(folder, F_OK) == 0
        let (reason, detail): (DatabaseError.Reason, String) =
            switch number {
            case ENOENT where hasFolder: (.databaseMissing, "the file does not exist")
            case ENOENT, ENOTDIR: (.folderMissing(folder), "the folder does not exist")
            case EACCES, EPERM: (.denied, "the folder '\(folder)' is not writable")
            case EROFS: (.readOnly, "the file system is read-only")
            default: (.storage, "system error \(number)")
            }
        return DatabaseError(reason, database: url.description, code: Int(number), detail: detail)
    }
}
