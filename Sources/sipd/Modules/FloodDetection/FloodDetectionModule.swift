package import ModuleInterface
import NIOCore
import NetworkAddress
import SIPMessage
package import ScriptEngine

/// Module `pike`: tells addresses that send too much.
package struct FloodDetectionModule: ScriptModule {
    let detector: FloodDetector
    private let logLevel: Int

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var settings = AddressTree.Settings()
        settings.periodSeconds = parameters.integer("sampling_time_unit")
        settings.hitsMax = parameters.integer("reqs_density_per_unit")
        settings.latencySeconds = parameters.integer("remove_latency")
        detector = FloodDetector(settings)
        logLevel = parameters.integer("pike_log_level")
    }

    /// Starts the timer that forgets silent addresses, on the first worker.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        let owner = NIOLoopBound(worker, eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            for address in detector.sweep() {
                owner.value.log(level: logLevel, ByteString("PIKE - UNBLOCKing ip \(address)"), in: nil)
            }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<FloodDetectionModule> {
        ModuleDescription(
            name: "pike", summary: "Tells addresses that send too much.",
            parameters: [
                .integer("sampling_time_unit", 2, in: 1...86_400, "seconds in which hits are counted"),
                .integer(
                    "reqs_density_per_unit", 30, in: 1...1_000_000, "hits in that time from which on one is blocked"),
                .integer("remove_latency", 120, in: 1...86_400, "seconds after which a silent address is forgotten"),
                .integer("pike_log_level", 0, in: -5...4, "level of the lines about blocking; 0 is a warning"),
            ],
            functions: [
                FunctionDescription(
                    "pike_check_req",
                    summary: "Counts the request's source: -2 when it has just become blocked, -1 while it is.",
                    example: "if (!pike_check_req()) exit;"
                ) { module, _ in
                    { context in
                        guard let received = context.received else { return .success }
                        return module.check(received.source.address, in: context)
                    }
                },
                FunctionDescription(
                    "pike_check_ip", [.format],
                    summary:
                        "Counts an address: -2 when it has just become blocked, -1 while it is or when it is none.",
                    example: "if (!pike_check_ip(\"$fd\")) exit;"
                ) { module, arguments in
                    { context in
                        let text = LocalHost.withoutBrackets(arguments[0].text(in: context))
                        guard let address = IPAddress(text.bytes) else { return .failure }
                        return module.check(address, in: context)
                    }
                },
            ], methods: methods)
    }

    private func check(_ address: IPAddress, in context: ScriptContext) -> FunctionResult {
        switch detector.hit(address) {
        case .passed: return .success
        case .blocked: return .failure
        case .becameBlocked:
            context.host.log(level: logLevel, ByteString("PIKE - BLOCKing ip \(address)"), in: context)
            return .code(-2)
        }
    }
}
