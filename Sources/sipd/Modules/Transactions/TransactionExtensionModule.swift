package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Transaction

/// Module `tmx`: what scripts ask and do beyond `tm`.
package final class TransactionExtensionModule: ScriptModule {
    private let statistics: TransactionStatistics

    /// Takes no parameters.
    ///
    /// - Throws: when module tm is not loaded.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let statistics = server.interface(TransactionStatistics.self) else {
            throw ScriptError("it needs module 'tm'", hint: "add loadmodule \"tm.so\" above it")
        }
        self.statistics = statistics
    }

    /// What the module offers.
    package static var description: ModuleDescription<TransactionExtensionModule> {
        ModuleDescription(
            name: "tmx", summary: "Predicates, variables and suspension of transactions.",
            functions: predicates + actions + suspension, variables: variables, statistics: statisticDescriptions)
    }

    private static var statisticDescriptions: [StatisticDescription<TransactionExtensionModule>] {
        func counter(
            _ name: String, _ summary: String, _ read: @escaping @Sendable (TransactionStatistics) -> Int
        ) -> StatisticDescription<TransactionExtensionModule> {
            StatisticDescription("tmx", name, summary: summary) { read($0.statistics) }
        }
        return [
            counter("UAS_transactions", "transactions of requests that came in") { $0.serverTransactions.value },
            counter("UAC_transactions", "transactions of requests made here") { $0.clientTransactions.value },
            counter("2xx_transactions", "transactions that ended with 2xx") { $0.completed(class: 2).value },
            counter("3xx_transactions", "transactions that ended with 3xx") { $0.completed(class: 3).value },
            counter("4xx_transactions", "transactions that ended with 4xx") { $0.completed(class: 4).value },
            counter("5xx_transactions", "transactions that ended with 5xx") { $0.completed(class: 5).value },
            counter("6xx_transactions", "transactions that ended with 6xx") { $0.completed(class: 6).value },
            counter("active_transactions", "transactions without a final reply") { $0.current - $0.waiting.value },
            counter("inuse_transactions", "transactions in memory") { $0.current },
            counter("rpl_received", "replies that matched a transaction") { $0.received.value },
            counter("rpl_relayed", "replies forwarded") { $0.relayed.value },
            counter("rpl_generated", "replies made here") { $0.generated.value },
            counter("rpl_sent", "replies sent") { $0.sent.value },
            counter("rpl_absorbed", "replies that went no further") { max(0, $0.received.value - $0.relayed.value) },
        ]
    }
}

extension TransactionExtensionModule {
    typealias Function = FunctionDescription<TransactionExtensionModule>

    private static var predicates: [Function] {
        let kinds: [(String, RouteMask, String)] = [
            ("t_is_request_route", .request, "request route"), ("t_is_failure_route", [.failure], "failure route"),
            ("t_is_branch_route", .branch, "branch route"),
            ("t_is_reply_route", [.onReply, .coreReply], "reply route"),
        ]
        return kinds.map { name, mask, words in
            Function(name, summary: "Whether a \(words) runs.", example: "if (\(name)()) { exit; }") { _, _ in
                { context in mask.isSuperset(of: context.routeKind) ? .success : .failure }
            }
        } + [
            Function(
                "t_is_retr_async_reply", routes: [.onReply],
                summary:
                    "Whether this reply repeats one whose script is still suspended: never, it waits its turn here.",
                example: "if (t_is_retr_async_reply()) { drop; }"
            ) { _, _ in { _ in .failure } },
            Function(
                "t_precheck_trans", routes: [.request],
                summary: "Whether the script of an earlier copy of this request is still running.",
                example: "if (t_precheck_trans()) { t_check_trans(); exit; }"
            ) { _, _ in { context in Relay(context)?.precheck() == true ? .success : .failure } },
        ]
    }

    private static var actions: [Function] {
        [
            Function(
                "t_cancel_branches", [.text], routes: [.onReply, .coreReply],
                summary: "Cancels the branches under way: \"all\", \"others\" than that of the reply, or \"this\".",
                example: "t_cancel_branches(\"others\");"
            ) { _, arguments throws(ScriptError) in try compileCancelBranches(arguments[0].source) },
            Function(
                "t_cancel_callid", [.format, .format, .integer, .integer], required: 3,
                routes: .any,
                summary: "Cancels the INVITE of this Call-ID and sequence number; the flag is set in its transaction.",
                example: "t_cancel_callid(\"$ci\", \"1\", \"22\");"
            ) { _, arguments in
                { context in
                    let flag = arguments[2].integer(in: context) ?? -1
                    guard
                        let transaction = find(callID: arguments[0], number: arguments[1], in: context),
                        transaction.isInvite
                    else { return .failure }
                    if (0...31).contains(flag) { transaction.context.flags |= 1 << UInt32(flag) }
                    let cause = arguments.count > 3 ? arguments[3].integer(in: context) ?? 0 : 0
                    transaction.apply { $0.cancelBranches(cause: cause, at: $1, into: &$2) }
                    return .success
                }
            },
            Function(
                "t_reply_callid", [.format, .format, .format, .format], routes: .any,
                summary: "Answers the transaction of this Call-ID and sequence number.",
                example: "t_reply_callid(\"$ci\", \"1\", \"404\", \"Not Found\");"
            ) { _, arguments in
                { context in
                    guard let code = arguments[2].integer(in: context), (100...699).contains(code),
                        let transaction = find(callID: arguments[0], number: arguments[1], in: context)
                    else { return .failure }
                    let reply = LocalReply(code, arguments[3].text(in: context))
                    return transaction.reply(reply, from: transaction.context) ? .success : .failure
                }
            },
            Function(
                "t_reuse_branch", routes: [.request, .branchFailure, .event],
                summary: "Makes the failed branch the target again; change its URI and t_relay().",
                example: "t_reuse_branch(); t_relay();"
            ) { _, _ in { context in reuseBranch(context) } },
            Function(
                "t_flush_flags", routes: .any,
                summary: "Copies the message flags into the transaction.", example: "t_flush_flags();"
            ) { _, _ in
                { context in
                    guard let transaction = MessageState.transaction(of: context) else { return .failure }
                    transaction.context.flags = context.flags
                    return .success
                }
            },
            Function(
                "t_drop", [.integer], required: 0, routes: .any,
                summary: "Ends the transaction without a reply.", example: "t_drop();"
            ) { _, _ in
                { context in
                    guard let transaction = MessageState.transaction(of: context) else { return .failure }
                    transaction.drop()
                    return .success
                }
            },
        ]
    }

    private static func compileCancelBranches(_ which: ByteString) throws(ScriptError) -> FunctionBody {
        let word = which.lowercased().string
        guard ["all", "others", "this"].contains(word) else {
            throw ScriptError("'\(which)' is not known", hint: "write \"all\", \"others\" or \"this\"")
        }
        return { context in
            let state = MessageState.of(context)
            guard let transaction = state.transaction, transaction.isInvite else { return .failure }
            transaction.apply {
                $0.cancelBranches(
                    cause: 0, except: word == "others" ? state.branch : nil, only: word == "this" ? state.branch : nil,
                    at: $1, into: &$2)
            }
            return .success
        }
    }

    private static func find(callID: Argument, number: Argument, in context: ScriptContext) -> RequestTransaction? {
        guard let layer = TransactionLayer.of(context) else { return nil }
        let wanted = callID.text(in: context)
        let sequence = number.text(in: context).integerValue
        return layer.requests.first {
            $0.context.message.callID == wanted && $0.context.message.cseq.map { Int($0.number) } == sequence
        }
    }

    private static func reuseBranch(_ context: ScriptContext) -> FunctionResult {
        let state = MessageState.of(context)
        guard let transaction = state.transaction, let index = state.branch,
            transaction.branches.indices.contains(index)
        else { return .failure }
        context.target = transaction.branches[index].target
        state.forcesRequestURI = true
        return .success
    }
}
