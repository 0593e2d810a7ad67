import CommandLineInterface
import ControlProtocol
import Database

/// The errors of the layers below in the words and exit codes of the command line.
enum FailureTranslation {
    static func failure(_ error: any Error) -> CommandFailure? {
        switch error {
        case let error as DatabaseError: failure(error)
        case let error as ControlClientError: failure(error)
        default: nil
        }
    }

    private static func failure(_ error: DatabaseError) -> CommandFailure {
        CommandFailure(exitCode(error.reason), error.description, hint: hint(error))
    }

    private static func exitCode(_ reason: DatabaseError.Reason) -> ExitCode {
        switch reason {
        case .badURL, .syntax: .usage
        case .databaseMissing, .folderMissing, .unreachable, .connectionLost: .unavailable
        case .locked, .exhausted: .tryLater
        case .readOnly, .denied: .permissionDenied
        case .corrupt, .tableMissing, .columnMissing, .wrongVersion: .configuration
        case .storage: .inputOutput
        case .duplicate, .alreadyExists: .alreadyExists
        case .constraint, .invalidValue: .badData
        case .misuse, .other: .softwareFault
        }
    }

    private static func hint(_ error: DatabaseError) -> String? {
        switch error.reason {
        case .badURL: "sqlite:///absolute/path or mysql://user:password@host[:port]/name"
        case .databaseMissing: "'sipctl db create' makes it"
        case .folderMissing(let folder): "'mkdir -p \(folder)' makes it"
        case .unreachable: "is the server running, and are host, port and socket right?"
        case .connectionLost: "whether the change was made is not known: look, then repeat the command"
        case .locked, .exhausted: "the same command may succeed later"
        case .denied where error.database.hasPrefix("mysql:"):
            "are user and password of the URL right, and may the account do this?"
        case .readOnly, .denied: "run it as a user who may change the database"
        case .corrupt: "--database and SIPCTL_DATABASE name the database"
        case .tableMissing: "'sipctl db migrate' adds the tables that are missing"
        case .columnMissing, .wrongVersion: "'sipctl db version' compares all tables with what is expected"
        case .storage, .duplicate, .alreadyExists, .constraint, .invalidValue, .syntax, .misuse, .other: nil
        }
    }

    private static func failure(_ error: ControlClientError) -> CommandFailure {
        let code: ExitCode =
            switch error {
            case .notFound, .refused, .closed, .system, .unknownHost: .unavailable
            case .denied: .permissionDenied
            case .pathTooLong, .notASocket, .datagramSocket: .usage
            case .timedOut: .tryLater
            // Kamailio: permissions refuses a second reload within some seconds in these words.
            case .fault(let fault) where fault.message == "ongoing reload": .tryLater
            case .foreignProtocol, .malformedAnswer, .fault: .protocolViolation
            }
        let hint: String? =
            switch error {
            case .notFound, .refused: "is sipd running? --server and SIPCTL_SERVER say where its control socket is"
            case .timedOut: "the daemon may still be at work"
            case .denied, .pathTooLong, .notASocket, .datagramSocket, .unknownHost, .closed, .foreignProtocol,
                .malformedAnswer, .system, .fault:
                error.hint
            }
        return CommandFailure(code, error.description, hint: hint)
    }
}
