import CommandLineInterface
import ControlProtocol

/// Turns a fault or a broken connection into what the user reads and what the shell sees.
enum FaultReport {
    static func failure(_ error: ControlClientError, method: String) -> CommandFailure {
        switch error {
        case .fault(let fault):
            CommandFailure(exitCode(of: fault), "\(method): \(fault.description)", hint: fault.hint)
        case .notFound, .refused, .system, .notASocket, .unknownHost:
            CommandFailure(.unavailable, error.description, hint: error.hint)
        case .pathTooLong, .datagramSocket: CommandFailure(.usage, error.description, hint: error.hint)
        case .denied: CommandFailure(.permissionDenied, error.description, hint: error.hint)
        case .timedOut: CommandFailure(.tryLater, "\(method): \(error.description)", hint: error.hint)
        case .closed, .foreignProtocol, .malformedAnswer:
            CommandFailure(.protocolViolation, error.description, hint: error.hint)
        }
    }

    /// The kind in the fault's data decides; faults of Kamailio have none, and then the code does.
    private static func exitCode(of fault: MethodFault) -> ExitCode {
        switch fault.kind {
        case "method": return .usage
        case "parameter": return .badData
        case "record": return .noSuchRecord
        case "role": return .permissionDenied
        case "busy": return .tryLater
        case "internal": return .softwareFault
        default: break
        }
        switch fault.code {
        case MethodFault.Code.methodNotFound: return .usage
        case MethodFault.Code.failed where saysMethodNotFound(fault.message): return .usage
        case MethodFault.Code.invalidParameters, MethodFault.Code.badRequest: return .badData
        case MethodFault.Code.notFound: return .noSuchRecord
        case MethodFault.Code.denied: return .permissionDenied
        case MethodFault.Code.busy: return .tryLater
        case MethodFault.Code.internalError: return .softwareFault
        default: return .protocolViolation
        }
    }

    /// Kamailio has the same code for an unknown method and for everything that fails.
    private static func saysMethodNotFound(_ message: String) -> Bool {
        message == "Method Not Found" || (message.hasPrefix("command ") && message.hasSuffix(" not found"))
    }
}
