package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `sl`: replies without a transaction (RFC 3261 §8.2.7), and those that take one if there is one.
package final class StatelessReplyModule: ScriptModule {
    let statistics = StatelessReplyStatistics()
    private let defaultCode: Int
    private let defaultReason: ByteString

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        defaultCode = parameters.integer("default_code")
        defaultReason = parameters.string("default_reason") ?? "Internal Server Error"
    }

    /// Has the ACKs of our stateless replies absorbed before the script sees them.
    package func start(on worker: Worker) {
        let statistics = statistics
        worker.requestFilters.append { context in
            let message = context.message
            guard case .ack = message.method, let tag = message.to?.tag,
                tag == worker.server.statelessTag(of: message)
            else { return true }
            statistics.receivedACKs.add()
            return false
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<StatelessReplyModule> {
        ModuleDescription(
            name: "sl", summary: "Replies without a transaction.",
            parameters: [
                .integer("default_code", 500, in: 100...699, "status of a reply whose code cannot be read"),
                .string("default_reason", "Internal Server Error", "reason phrase of that reply"),
                .flag("bind_tm", true, "accepted: send_reply() uses module tm when it is loaded"),
                .integer("rich_redirect", 0, in: 0...3, "accepted: contacts of a 3xx carry their q value"),
                .ignored("event_callback", because: "scripts are written in the native language only"),
            ],
            functions: functions, methods: [statsMethod], statistics: StatelessReplyStatistics.descriptions)
    }

    /// Sends a reply without a transaction.
    func sendStatelessly(_ reply: LocalReply, to context: ScriptContext) -> Bool {
        guard StatelessReplySender().send(reply, to: context) else {
            statistics.failures.add()
            return false
        }
        statistics.count(reply.status)
        return true
    }

    /// The reply that the arguments of a call describe when it is the same for each message, else nil.
    func constantReply(_ arguments: [Argument]) -> LocalReply? {
        guard let code = ReplyCode.constant(of: arguments[0]), let reason = arguments[1].constant else { return nil }
        return LocalReply(code, reason.text)
    }

    /// The reply that the arguments of a call describe.
    func reply(_ arguments: [Argument], in context: ScriptContext) -> LocalReply {
        LocalReply(
            ReplyCode.value(of: arguments[0], in: context) ?? defaultCode,
            ReplyCode.reason(of: arguments[1], in: context) ?? defaultReason)
    }
}
