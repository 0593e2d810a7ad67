package import ControlProtocol
package import Logging

/// Calls methods, and writes one line about each call that may change something.
///
/// The line says who, what, how long and with what outcome. It never holds parameters: they may be passwords.
package struct AuditLog: Sendable {
    private let logger: Logger

    /// Makes an audit log that writes to a logger.
    package init(logger: Logger) {
        self.logger = logger
    }

    /// Calls the method that the call names.
    package func perform(
        _ call: MethodCall, in registry: MethodRegistry
    ) async -> Result<MethodResult, MethodFault> {
        let start = ContinuousClock.now
        let outcome: Result<MethodResult, MethodFault>
        do throws(MethodFault) {
            outcome = .success(try await registry.call(call))
        } catch {
            outcome = .failure(error)
        }
        if registry[call.method]?.description.mutates == true {
            record(call, outcome, duration: ContinuousClock.now - start)
        }
        return outcome
    }

    private func record(_ call: MethodCall, _ outcome: Result<MethodResult, MethodFault>, duration: Duration) {
        var metadata: Logger.Metadata = [
            "rpc.method": "\(call.method)",
            "rpc.transport": "\(call.caller.transport)",
            "rpc.durationMilliseconds": "\(duration / .milliseconds(1))",
        ]
        if let userID = call.caller.userID { metadata["user.id"] = "\(userID)" }
        if let processID = call.caller.processID { metadata["process.id"] = "\(processID)" }
        switch outcome {
        case .success: metadata["rpc.outcome"] = "done"
        case .failure(let fault): metadata["rpc.outcome"] = "\(fault.code)"
        }
        logger.notice("control call", metadata: metadata)
    }
}
