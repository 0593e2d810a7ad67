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
    }

    /// What the name stands for, symbolic links not followed; nil when there is nothing.
    package static func kind(of path: String) -> Kind? {
        var status = stat()
        // SAFETY: the structure lives on this frame for the length of the call, which fills it.
        guard unsafe lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFDIR: return .folder
        default: return .file
        }
    }

    /// Sets the permissions.
    package static func setMode(_ mode: UInt32, of path: String) -> Int32 {
        // SAFETY: the text lives for the length of the call.
        unsafe chmod(path, mode_t(mode)) == 0 ? 0 : errno
    }

    /// Sets the group, and leaves the user.
    package static func setGroup(_ group: UInt32, of path: String) -> Int32 {
        // SAFETY: the text lives for the length of the call.
        unsafe chown(path, uid_t.max, gid_t(group)) == 0 ? 0 : errno
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
