import ControlProtocol
import Glibc
import OperatingSystem

/// Who may use a socket's file.
package struct SocketAccess: Sendable, Hashable {
    /// The permissions of the file.
    package var mode: UInt32
    /// The user of the file; nil leaves it to the operating system.
    package var userID: UInt32?
    /// The group of the file; nil leaves it to the operating system.
    package var groupID: UInt32?

    /// Makes an access with a mode alone.
    package init(mode: UInt32) {
        self.mode = mode
    }
}

/// The file of a listening Unix socket: who may own the path, and how it appears and goes.
///
/// A lock file beside the socket (`PATH.lock`, never removed) decides between daemons that start at the same moment;
/// connecting decides about servers that do not know the lock. The socket is bound under another name (`PATH~`), given
/// its mode, and then renamed: nobody ever sees it with a wrong mode, and a stale one is replaced in one step.
final class SocketFile: Sendable {
    /// How long a path may be: `sun_path` less its terminating zero, less the `~` of the temporary name.
    static let pathBytesMax = StreamSocket.pathBytesMax - 1

    let path: String
    private let lock: FileLock

    /// Where the socket has to be bound before `publish`.
    var temporaryPath: String { path + "~" }

    /// Claims the path, or says who has it.
    init(claiming path: String) throws(ControlServerError) {
        lock = try Self.takeLock(for: path)
        self.path = path
    }

    private static func takeLock(for path: String) throws(ControlServerError) -> FileLock {
        guard path.utf8.count <= pathBytesMax, !path.isEmpty, !path.utf8.contains(0) else {
            throw .pathTooLong(path: path)
        }
        let lock: FileLock
        do throws(FileLock.Failure) {
            lock = try FileLock(path: path + ".lock")
        } catch {
            switch error {
            case .isTaken: throw .alreadyRunning(path: path)
            case .system(let errorNumber):
                throw Self.error("open", path: path + ".lock", socketPath: path, errorNumber)
            }
        }
        try checkNobodyAnswers(path)
        _ = FileEntry.remove(path + "~")
        return lock
    }

    private static func checkNobodyAnswers(_ path: String) throws(ControlServerError) {
        guard let kind = FileEntry.kind(of: path) else { return }
        guard kind == .socket else { throw .notASocket(path: path) }
        do throws(ControlClientError) {
            _ = try StreamSocket(path: path, silenceMax: .milliseconds(500))
        } catch .refused {
            return
        } catch .notFound {
            return
        } catch {
            throw .alreadyRunning(path: path)
        }
        throw .alreadyRunning(path: path)
    }

    /// Gives the bound socket its mode, user and group and its name.
    func publish(_ access: SocketAccess) throws(ControlServerError) {
        try check(FileEntry.setMode(access.mode, of: temporaryPath), "set the mode of", path: temporaryPath)
        if access.userID != nil || access.groupID != nil {
            try check(
                FileEntry.setOwner(user: access.userID, group: access.groupID, of: temporaryPath),
                "set user and group of", path: temporaryPath)
        }
        try check(FileEntry.rename(temporaryPath, to: path), "create", path: path)
    }

    /// Removes the socket's file; nobody else can have put theirs there while we hold the lock.
    func remove(temporaryOnly: Bool = false) {
        _ = FileEntry.remove(temporaryPath)
        if !temporaryOnly { _ = FileEntry.remove(path) }
    }

    private func check(_ errorNumber: Int32, _ operation: String, path: String) throws(ControlServerError) {
        guard errorNumber != 0 else { return }
        throw Self.error(operation, path: path, socketPath: self.path, errorNumber)
    }

    private static func error(
        _ operation: String, path: String, socketPath: String, _ errorNumber: Int32
    ) -> ControlServerError {
        switch errorNumber {
        case ENOENT, ENOTDIR: .folderMissing(path: socketPath)
        case EACCES, EPERM, EROFS: .denied(path: socketPath)
        default: .system(operation: operation, path: path, errorNumber: errorNumber)
        }
    }
}
