import Glibc

/// Names in the file system: what they are, and changes to them.
///
/// Each change answers the error number, 0 for none.
package enum FileEntry {
    /// What stands behind a name.
    package enum Kind: Sendable, Equatable {
        case socket
        case folder
        case file
        case pipe
    }

    /// What the name stands for, symbolic links not followed; nil when there is nothing.
    package static func kind(of path: String) -> Kind? {
        var status = stat()
        // SAFETY: the structure lives on this frame for the length of the call, which fills it.
        guard unsafe lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFDIR: return .folder
        case S_IFIFO: return .pipe
        default: return .file
        }
    }

    /// Sets the permissions.
    package static func setMode(_ mode: UInt32, of path: String) -> Int32 {
        // SAFETY: the text lives for the length of the call.
        unsafe chmod(path, mode_t(mode)) == 0 ? 0 : errno
    }

    /// Sets user and group; nil leaves what is.
    package static func setOwner(user: UInt32?, group: UInt32?, of path: String) -> Int32 {
        // SAFETY: the text lives for the length of the call.
        unsafe chown(path, user ?? uid_t.max, group ?? gid_t.max) == 0 ? 0 : errno
    }

    /// Whether this process may make files in a folder.
    package static func isWritableFolder(_ path: String) -> Bool {
        guard kind(of: path) == .folder else { return false }
        // SAFETY: the text lives for the length of the call.
        return unsafe access(path, W_OK | X_OK) == 0
    }

    /// Gives an entry another name, in place of what had it.
    package static func rename(_ path: String, to newPath: String) -> Int32 {
        // SAFETY: the texts live for the length of the call.
        unsafe Glibc.rename(path, newPath) == 0 ? 0 : errno
    }

    /// Removes a name that is no folder's.
    package static func remove(_ path: String) -> Int32 {
        // SAFETY: the text lives for the length of the call.
        unsafe unlink(path) == 0 ? 0 : errno
    }

    /// The folder that relative names start from; nil when it is gone.
    package static var workingFolder: String? {
        // SAFETY: with a null buffer the text is allocated; it is copied and freed here.
        guard let folder = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(folder) }
        return unsafe String(cString: folder)
    }
}
