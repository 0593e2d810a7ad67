import OperatingSystem

/// Why the control socket could not be opened.
package enum ControlServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another daemon answers at that path, or is about to.
    case alreadyRunning(path: String)
    /// There is a file at that path that is no socket; it is not touched.
    case notASocket(path: String)
    /// The folder of that path does not exist.
    case folderMissing(path: String)
    /// The folder of that path does not let us write.
    case denied(path: String)
    /// The path does not fit a socket address.
    case pathTooLong(path: String)
    /// The server runs already, or was stopped.
    case notIdle
    /// The operating system refused something else.
    case system(operation: String, path: String, errorNumber: Int32)

    package var description: String {
        switch self {
        case .alreadyRunning(let path): "another daemon serves the control socket '\(path)'"
        case .notASocket(let path): "'\(path)' exists and is not a socket"
        case .folderMissing(let path): "the folder of the control socket '\(path)' does not exist"
        case .denied(let path): "the control socket '\(path)' may not be created"
        case .pathTooLong(let path): "the control socket path '\(path)' is longer than \(SocketFile.pathBytesMax) bytes"
        case .notIdle: "the control server was started before"
        case .system(let operation, let path, let errorNumber):
            "cannot \(operation) '\(path)': \(ErrorText.of(errorNumber))"
        }
    }

    /// Whether another daemon has the path, which is not a matter of configuration.
    package var isInUse: Bool {
        guard case .alreadyRunning = self else { return false }
        return true
    }

    /// What the operator can do about it.
    package var hint: String? {
        switch self {
        case .alreadyRunning: "stop it first, or choose another folder with --run-folder DIR"
        case .notASocket: "remove it, or choose another folder with --run-folder DIR"
        case .folderMissing, .denied: "create it for the daemon's user, or choose another with --run-folder DIR"
        case .pathTooLong: "choose a shorter folder with --run-folder DIR"
        case .notIdle, .system: nil
        }
    }
}
