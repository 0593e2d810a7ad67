import CommandLineInterface
import ControlServer
import Database

/// The exit code for an error of a module's start.
enum FailureExitCode {
    static func of(_ error: any Error) -> ExitCode {
        if let error = error as? ControlServerError, case .alreadyRunning = error { return .alreadyExists }
        guard let error = error as? DatabaseError else { return .configuration }
        switch error.reason {
        case .unreachable, .connectionLost, .exhausted: return .unavailable
        case .locked: return .tryLater
        case .denied, .readOnly: return .permissionDenied
        default: return .configuration
        }
    }

    /// What to type next, for errors of a database and of control sockets.
    static func hint(_ error: any Error) -> String? {
        if let error = error as? ControlServerError { return error.hint }
        guard let error = error as? DatabaseError else { return nil }
        switch error.reason {
        case .databaseMissing, .tableMissing, .columnMissing:
            return "sipctl --database URL db create makes the tables"
        case .wrongVersion: return "sipctl --database URL db version shows all versions, db migrate updates them"
        case .unreachable, .connectionLost: return "is the database server running, and is the URL right?"
        case .denied: return "check user and password in the database URL, and the user's rights"
        case .locked: return "another program holds the database; try again when it is done"
        default: return nil
        }
    }
}
