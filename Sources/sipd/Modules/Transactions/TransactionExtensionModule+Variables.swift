import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction

extension TransactionExtensionModule {
    typealias Variable = VariableDescription<TransactionExtensionModule>

    /// `$T_…` and `$T(…)`.
    static var variables: [Variable] {
        [
            plain(
                "T_branch_idx",
                "Index of the branch in a branch or reply route; the number of branches in a failure route."
            ) {
                .integer(branchIndex($0))
            },
            plain("T_reply_code", "Status of the reply, of the failed branch, or the last one sent.") {
                .integer(
                    MessageState.transaction(of: $0) == nil && $0.message.status == nil ? 0 : ReplyStatusOf.code($0))
            },
            plain("T_reply_reason", "Reason phrase of the reply or of the failed branch.") { replyReason($0) },
            plain("T_reply_last", "Status of the last reply that came in.") { .integer(ReplyStatusOf.code($0)) },
            plain("T_reply_ruid", "Contact id of the branch that replied or failed.") { contactID($0) },
            plain("T_ruid", "Contact id of the branch that replied or failed.") { contactID($0) },
            inner("T_req", "A variable of the request, in a reply route: $T_req($ru).") { context in
                ReplyStatusOf.isFailure(context) ? nil : MessageState.transaction(of: context)?.context
            },
            inner("T_rpl", "A variable of the best reply, in a failure route: $T_rpl($rr).") { context in
                guard ReplyStatusOf.isFailure(context), let state = MessageState.existing(context),
                    let transaction = state.transaction, let branch = state.branch,
                    transaction.branches.indices.contains(branch)
                else { return nil }
                return transaction.branches[branch].response
            },
            inner("T_inv", "A variable of the INVITE, in the route of its CANCEL: $T_inv($fu).") { context in
                TransactionLayer.of(context)?.find(context.message, method: .invite)?.context
            },
            Variable(
                ["T"], inner: .required, summary: "Attributes of the transaction: id_index, id_label, reply_code, …"
            ) {
                _, reference throws(ScriptError) in
                let name = (reference.inner ?? "").string
                guard let read = attributes[name] else {
                    throw ScriptError(
                        "'$T(\(name))' is not known",
                        hint: "known are \(attributes.keys.sorted().joined(separator: ", "))")
                }
                return ScriptVariable(source: ByteString("$T(\(name))"), read: read)
            },
        ]
    }

    private static func plain(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (ScriptContext) -> ScriptValue
    ) -> Variable {
        Variable([name], summary: summary) { _, _ in ScriptVariable(source: ByteString("$" + name), read: read) }
    }

    /// A variable whose name is a format that is read in another context.
    private static func inner(
        _ name: String, _ summary: String, _ find: @escaping @Sendable (ScriptContext) -> ScriptContext?
    ) -> Variable {
        Variable([name], inner: .required, summary: summary) { _, reference throws(ScriptError) in
            ScriptVariable(source: ByteString("$\(name)(\((reference.inner ?? "").string))")) { context in
                guard let other = find(context) else { return .null }
                guard let format = reference.innerFormat else { return .string(reference.inner ?? "") }
                if format.parts.count == 1, case .variable(let variable) = format.parts[0] {
                    return variable.read(other)
                }
                return .string(format.evaluate(in: other))
            }
        }
    }

    private static let attributes: [String: @Sendable (ScriptContext) -> ScriptValue] = [
        "id_index": { context in
            MessageState.transaction(of: context).map { .integer(TransactionNumbers.index(of: $0)) } ?? .null
        },
        "id_label": { context in
            MessageState.transaction(of: context).map { .integer(TransactionNumbers.label(of: $0)) } ?? .null
        },
        "id_index_n": { context in
            .integer(MessageState.transaction(of: context).map { TransactionNumbers.index(of: $0) } ?? 0)
        },
        "id_label_n": { context in
            .integer(MessageState.transaction(of: context).map { TransactionNumbers.label(of: $0) } ?? 0)
        },
        "reply_code": { context in .integer(ReplyStatusOf.code(context)) },
        "reply_last": { context in .integer(ReplyStatusOf.code(context)) },
        "reply_reason": { context in replyReason(context) },
        "reply_type": { context in .integer(isLocal(context) ? 1 : 0) },
        "branch_index": { context in .integer(branchIndex(context)) },
        "ruid": { context in contactID(context) },
    ]

    private static func branchIndex(_ context: ScriptContext) -> Int {
        if ReplyStatusOf.isFailure(context) {
            return MessageState.transaction(of: context)?.branches.count ?? 0
        }
        return context.routeKind == .branch || context.routeKind == .onReply ? context.branchIndex : 0
    }

    private static func replyReason(_ context: ScriptContext) -> ScriptValue {
        if case .response(_, let reason) = context.message.startLine { return .string(reason) }
        guard let state = MessageState.existing(context), let transaction = state.transaction,
            ReplyStatusOf.isFailure(context), let index = state.branch, transaction.branches.indices.contains(index)
        else { return .null }
        if case .response(_, let reason)? = transaction.branches[index].response?.message.startLine {
            return .string(reason)
        }
        return .string(StatusReason.reply(transaction.request.branches[index].status).reason)
    }

    private static func isLocal(_ context: ScriptContext) -> Bool {
        TransactionModule.branch(of: context)?.isStatusLocal ?? false
    }

    private static func contactID(_ context: ScriptContext) -> ScriptValue {
        guard let state = MessageState.existing(context), let transaction = state.transaction,
            let index = state.branch, transaction.branches.indices.contains(index)
        else { return .string("") }
        return .string(transaction.branches[index].target.ruid ?? "")
    }
}
