import ModuleInterface
import SIPMessage
import ScriptEngine

extension TransactionModule {
    /// Functions that answer and release.
    static var replyFunctions: [Function] {
        [
            answering(
                "t_reply",
                "Answers within the transaction; a final reply cancels the branches. False after a final reply."
            ) { MessageState.transaction(of: $0) },
            answering(
                "t_send_reply", "Answers within the transaction, which is made if there is none yet."
            ) { context in
                if let transaction = MessageState.transaction(of: context) { return transaction }
                guard let relay = Relay(context), relay.makeTransaction() > 0 else { return nil }
                return MessageState.transaction(of: context)
            },
            Function(
                "t_release", routes: [.request], summary: "Gives up the transaction that t_newtran() made.",
                example: "t_release();"
            ) { _, _ in
                { context in
                    guard let transaction = MessageState.transaction(of: context) else { return .failure }
                    if !transaction.request.hasUnfinishedBranch { transaction.release() }
                    return .success
                }
            },
            Function(
                "t_retransmit_reply", routes: [.request], summary: "Sends the last reply of the transaction again.",
                example: "t_retransmit_reply();"
            ) { _, _ in
                { context in
                    guard let transaction = MessageState.transaction(of: context) else { return .failure }
                    transaction.receiveRetransmission()
                    return .success
                }
            },
            Function(
                "t_drop_replies", [.text], required: 0, routes: [.failure, .branchFailure],
                summary:
                    "Which earlier replies compete with those of a new leg: \"a\" none (default), \"l\" all but the last leg's, \"n\" all.",
                example: "t_drop_replies();"
            ) { _, arguments throws(ScriptError) in try compileDropReplies(arguments.first?.source ?? "a") },
        ]
    }

    private static func answering(
        _ name: String, _ summary: String,
        _ transaction: @escaping @Sendable (ScriptContext) -> RequestTransaction?
    ) -> Function {
        Function(
            name, [.format, .format], routes: [.request, .failure, .onReply, .coreReply, .branchFailure, .event],
            takesConstantsOnly: true, summary: summary, example: "\(name)(\"404\", \"Not Found\");"
        ) { module, arguments throws(ScriptError) in
            try ReplyCode.check(arguments[0])
            return { context in
                guard let transaction = transaction(context) else { return .failure }
                let reply = LocalReply(
                    ReplyCode.value(of: arguments[0], in: context) ?? module.settings.defaultCode,
                    ReplyCode.reason(of: arguments[1], in: context) ?? module.settings.defaultReason)
                return transaction.reply(reply, from: context) ? .success : .failure
            }
        }
    }

    private static func compileDropReplies(_ text: ByteString) throws(ScriptError) -> FunctionBody {
        let letter = text.lowercased().first
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "l") || letter == UInt8(ascii: "n") else {
            throw ScriptError("'\(text)' is not known", hint: "write \"a\", \"l\" or \"n\"")
        }
        return { context in
            guard let transaction = MessageState.transaction(of: context) else { return .failure }
            switch letter {
            case UInt8(ascii: "n"): transaction.request.setFailureReplyMode(.keepAll)
            case UInt8(ascii: "l"): transaction.request.setFailureReplyMode(.dropLastLeg)
            default: transaction.request.setFailureReplyMode(.dropAll)
            }
            return .success
        }
    }
}
