import ModuleInterface
import SIPMessage
import ScriptEngine

extension StatelessReplyModule {
    typealias Function = FunctionDescription<StatelessReplyModule>

    /// The functions of the module.
    static var functions: [Function] {
        [
            stateless("sl_send_reply"), stateless("sl_reply"),
            Function(
                "send_reply", [.format, .format],
                routes: [.request, .failure, .onReply, .coreReply, .branchFailure, .event], takesConstantsOnly: true,
                summary: "Answers within the transaction if there is one, else without.",
                example: "send_reply(\"404\", \"Not Found\");"
            ) { module, arguments throws(ScriptError) in
                try ReplyCode.check(arguments[0])
                return { context in
                    let reply = module.reply(arguments, in: context)
                    return module.send(reply, to: context) ? .success : .failure
                }
            },
            Function(
                "sl_reply_error", routes: [.request],
                summary:
                    "Answers without a transaction that something went wrong here, by the error of the call before.",
                example: "if (!t_relay()) { sl_reply_error(); }"
            ) { module, _ in
                { context in
                    let reply = InternalError.reply(for: context.previousError, module: "SL")
                    return module.sendStatelessly(reply, to: context) ? .success : .failure
                }
            },
            Function(
                "send_reply_error", routes: [.request, .failure, .onReply],
                summary:
                    "Answers that something went wrong here, as sl_reply_error, within the transaction if there is one.",
                example: "if (!t_relay()) { send_reply_error(); }"
            ) { module, _ in
                { context in
                    let reply = InternalError.reply(for: context.previousError, module: "SL")
                    return module.send(reply, to: context) ? .success : .failure
                }
            },
            Function(
                "sl_forward_reply", [.format, .format], required: 0, routes: [.coreReply, .onReply],
                summary: "Forwards the reply along its Via at once; without arguments as it is.",
                example: "sl_forward_reply();"
            ) { _, arguments in
                { context in
                    guard arguments.isEmpty else { return .failure }
                    return StatelessForwarding.forwardReply(context, context.worker) ? .success : .failure
                }
            },
        ]
    }

    private static func stateless(_ name: String) -> Function {
        Function(
            name, [.format, .format], routes: [.request], takesConstantsOnly: true,
            summary:
                "Answers without a transaction; the To-tag is the same for retransmissions. An ACK is never answered.",
            example: "\(name)(\"404\", \"Not Found\");"
        ) { module, arguments throws(ScriptError) in
            try ReplyCode.check(arguments[0])
            if let reply = module.constantReply(arguments) {
                return { module.sendStatelessly(reply, to: $0) ? .success : .failure }
            }
            return { context in
                let reply = module.reply(arguments, in: context)
                return module.sendStatelessly(reply, to: context) ? .success : .failure
            }
        }
    }

    /// Answers the way the loaded modules answer: tm within its transactions.
    private func send(_ reply: LocalReply, to context: ScriptContext) -> Bool {
        guard context.worker.server.replySender.send(reply, to: context) else {
            statistics.failures.add()
            return false
        }
        statistics.count(reply.status)
        return true
    }
}
