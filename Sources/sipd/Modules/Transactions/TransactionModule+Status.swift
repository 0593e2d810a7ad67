import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction

/// What the message being processed knows of replies.
enum ReplyStatusOf {
    /// The status that matters in the route that runs: of the reply, of the failed branch, or the last one sent; 0
    /// without any.
    static func code(_ context: ScriptContext) -> Int {
        guard let state = MessageState.existing(context), let transaction = state.transaction else {
            return context.message.status ?? 0
        }
        if let status = context.message.status { return status }
        if isFailure(context), let branch = state.branch, transaction.request.branches.indices.contains(branch) {
            return transaction.request.branches[branch].status
        }
        return transaction.request.status
    }

    /// Whether the route handles a failed branch.
    static func isFailure(_ context: ScriptContext) -> Bool {
        context.routeKind == .failure || context.routeKind == .branchFailure
    }
}

extension TransactionModule {
    /// Functions that ask how the transaction stands.
    static var statusFunctions: [Function] {
        [
            Function(
                "t_is_canceled", routes: [.request, .failure, .branch, .onReply, .branchFailure, .event],
                summary: "Whether the caller has cancelled the request.", example: "if (t_is_canceled()) exit;"
            ) { _, _ in { context in answer(MessageState.transaction(of: context)?.request.isCancelled) } },
            Function(
                "t_check_status", [.regularExpression],
                routes: [.request, .failure, .onReply, .coreReply, .branchFailure],
                summary: "Whether the status of the reply, of the failed branch or the last one sent matches.",
                example: "if (t_check_status(\"486|408\")) { route(VOICEMAIL); }"
            ) { _, arguments throws(ScriptError) in
                let expression = try RegularExpression(arguments[0].source, .ignoresCase)
                return { context in
                    guard MessageState.transaction(of: context) != nil || context.message.status != nil else {
                        return .failure
                    }
                    return answer(expression.matches(ByteString(integer: ReplyStatusOf.code(context))))
                }
            },
            Function(
                "t_grep_status", [.format], routes: [.request, .failure, .branch, .onReply, .branchFailure],
                summary: "Whether any branch has ended with this status.",
                example: "if (t_grep_status(\"404\")) { exit; }"
            ) { _, arguments in
                { context in
                    guard let code = arguments[0].integer(in: context) else { return .failure }
                    return answer(
                        MessageState.transaction(of: context)?.request.branches.contains {
                            $0.status == code && $0.hasReplied
                        })
                }
            },
            Function(
                "t_branch_timeout", routes: [.request, .failure, .branchFailure],
                summary: "Whether the failed branch ended because no final response came in time.",
                example: "if (t_branch_timeout()) { route(VOICEMAIL); }"
            ) { _, _ in { context in answer(branch(of: context)?.hasTimedOut) } },
            Function(
                "t_branch_replied", routes: [.request, .failure, .branchFailure],
                summary: "Whether the failed branch has sent any response.",
                example: "if (t_branch_timeout() && !t_branch_replied()) { exit; }"
            ) { _, _ in { context in answer(branch(of: context)?.hasReplied) } },
            Function(
                "t_any_timeout", routes: [.request, .failure, .branch, .onReply, .branchFailure],
                summary: "Whether any branch has timed out.", example: "if (t_any_timeout()) { exit; }"
            ) { _, _ in
                { context in
                    answer(MessageState.transaction(of: context)?.request.branches.contains { $0.hasTimedOut })
                }
            },
            Function(
                "t_any_replied", routes: [.request, .failure, .branch, .onReply, .branchFailure],
                summary: "Whether any branch has sent a response.", example: "if (!t_any_replied()) { exit; }"
            ) { _, _ in
                { context in
                    answer(MessageState.transaction(of: context)?.request.branches.contains { $0.hasReplied })
                }
            },
            Function(
                "t_is_expired", routes: [.request, .failure, .branch, .onReply, .branchFailure],
                summary: "Whether the lifetime of the transaction is over.", example: "if (t_is_expired()) { exit; }"
            ) { _, _ in
                { context in
                    guard let transaction = MessageState.transaction(of: context) else { return .failure }
                    return answer(transaction.isExpired)
                }
            },
        ]
    }

    private static func answer(_ truth: Bool?) -> FunctionResult {
        truth == true ? .success : .failure
    }
}

extension TransactionModule {
    /// The branch whose failure the route handles.
    static func branch(of context: ScriptContext) -> RequestBranch? {
        guard let state = MessageState.existing(context), let transaction = state.transaction,
            let index = state.branch, transaction.request.branches.indices.contains(index)
        else { return nil }
        return transaction.request.branches[index]
    }
}
