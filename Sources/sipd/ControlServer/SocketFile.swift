import ControlProtocol
import Glibc

/// The file of a listening Unix socket: who may own the path, and how it appears and goes.
///
/// A lock file beside the socket (`PATH.lock`, never removed) decides between daemons that start at the same moment;
/// connecting decides about servers that do not know the lock. The socket is bound under another name (`PATH~`), given
/// its mode, and then renamed: nobody ever sees it with a wrong mode, and a stale one is replaced in one step.
final class SocketFile: Sendable {
    /// How long a path may be: `sun_path` less its terminating zero, less the `~` of the temporary name.
    static let pathBytesMax = StreamSocket.pathBytesMax - 1

    let path: String
    private let lock: Int32

    /// Where the socket has to be bound before `publish`.
    var temporaryPath: String { path + "~" }

    /// Claims the path, or says who has it.
    init(claiming path: String) throws(ControlServerError) {
        lock = try Self.takeLock(for: path)
        self.path = path
    }

    deinit {
        close(lock)
    }

    private static func takeLock(for path: String) throws(ControlServerError) -> Int32 {
        guard path.utf8.count <= pathBytesMax, !path.isEmpty, !path.utf8.contains(0) else {
            throw .pathTooLong(path: path)
        }
        let lockPath = path + ".lock"
        // SAFETY: the string lives for the call.
        let lock = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw error("open", path: lockPath, socketPath: path) }
        do throws(ControlServerError) {
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw .alreadyRunning(path: path) }
            try checkNobodyAnswers(path)
            // SAFETY: the string lives for the call.
            unsafe unlink(path + "~")
            return lock
        } catch {
            close(lock)
            throw error
        }
    }

    private static func checkNobodyAnswers(_ path: String) throws(ControlServerError) {
        var status = stat()
        // SAFETY: the structure is valid for the call, which fills it.
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
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

    /// Gives the bound socket its mode and group and its name.
    func publish(mode: UInt32, group: UInt32?) throws(ControlServerError) {
        // SAFETY: the strings live for the calls.
        guard unsafe chmod(temporaryPath, mode_t(mode)) == 0 else {
            throw Self.error("set the mode of", path: temporaryPath, socketPath: path)
        }
        if let group {
            // SAFETY: the strings live for the calls.
            guard unsafe chown(temporaryPath, uid_t.max, gid_t(group)) == 0 else {
                throw Self.error("set the group of", path: temporaryPath, socketPath: path)
            }
        }
        // SAFETY: the strings live for the calls.
        guard unsafe rename(temporaryPath, path) == 0 else {
            throw Self.error("create", path: path, socketPath: path)
        }
    }

    /// Removes the socket's file; nobody else can have put theirs there while we hold the lock.
    func remove() {
        // SAFETY: the strings live for the calls.
        unsafe unlink(path)
    }

    private static func error(_ operation: String, path: String, socketPath: String) -> ControlServerError {
        switch errno {
        case ENOENT, ENOTDIR: .folderMissing(path: socketPath)
        case EACCES, EPERM, EROFS: .denied(path: socketPath)
        default: .system(operation: operation, path: path, errorNumber: errno)
        }
    }
}
