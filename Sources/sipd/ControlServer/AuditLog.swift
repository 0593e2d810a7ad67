package import ControlProtocol
package import Logging

/// Calls methods, and writes one line about each call that may change something.
///
/// The line says who, what, with which parameters, how long and with what outcome. Secrets are shown as `***`.
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
        if let description = registry[call.method]?.description, description.mutates {
            record(call, description, outcome, duration: ContinuousClock.now - start)
        }
        return outcome
    }

    private func record(
        _ call: MethodCall, _ description: MethodDescription, _ outcome: Result<MethodResult, MethodFault>,
        duration: Duration
    ) {
        var metadata: Logger.Metadata = [
            "rpc.method": "\(call.method)",
            "rpc.role": "\(call.caller.role.rawValue)",
            "rpc.parameters": "\(AuditedParameters.text(of: call, description))",
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
