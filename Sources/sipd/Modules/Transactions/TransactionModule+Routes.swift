import ModuleInterface
import SIPMessage
import ScriptEngine

extension TransactionModule {
    private static let armingRoutes: RouteMask = [.request, .failure, .branch, .onReply, .branchFailure, .event]

    /// Functions that arm routes.
    static var routeFunctions: [Function] {
        [
            arming("t_on_failure", .failure, "Arms the failure route for the branches that follow; \"0\" disarms.") {
                state, name in
                if state.isInBranchRoute { state.branchOnFailure = name }
                update(state) { $0.onFailure = name }
            },
            arming(
                "t_on_reply", .onReply, "Arms the reply route of the transaction, in a branch route that of the branch."
            ) {
                state, name in
                if state.isInBranchRoute { state.branchOnReply = name } else { update(state) { $0.onReply = name } }
            },
            arming("t_on_branch", .branch, "Arms the branch route, which runs for each branch of the next t_relay().") {
                state, name in update(state) { $0.onBranch = name }
            },
            arming(
                "t_on_branch_failure", .branchFailure,
                "Arms event_route[tm:branch-failure:NAME] for the branches that follow."
            ) {
                state, name in update(state) { $0.onBranchFailure = name }
            },
            Function(
                "t_is_set", [.text],
                summary:
                    "Whether a route of this kind is armed: failure_route, branch_route, onreply_route, branch_failure_route.",
                example: "if (!t_is_set(\"failure_route\")) t_on_failure(\"MANAGE_FAILURE\");"
            ) { _, arguments throws(ScriptError) in try compileIsSet(arguments[0].source) },
        ]
    }

    private static func arming(
        _ name: String, _ kind: RouteMask, _ summary: String, _ arm: @escaping @Sendable (MessageState, String?) -> Void
    ) -> Function {
        Function(
            name, [.route(kind)], routes: armingRoutes, summary: summary, example: "\(name)(\"MANAGE\");"
        ) { _, arguments in
            let text = arguments[0].source
            let route: String? = text.isEmpty || text == "0" ? nil : text.string
            return { context in
                arm(MessageState.of(context), route)
                return .success
            }
        }
    }

    private static func update(_ state: MessageState, _ change: (inout ArmedRoutes) -> Void) {
        if let transaction = state.transaction { change(&transaction.routes) } else { change(&state.routes) }
    }

    private static func compileIsSet(_ name: ByteString) throws(ScriptError) -> FunctionBody {
        let isSet: @Sendable (ArmedRoutes) -> Bool
        switch name.lowercased().string {
        case "failure_route": isSet = { $0.onFailure != nil }
        case "branch_route": isSet = { $0.onBranch != nil }
        case "onreply_route": isSet = { $0.onReply != nil }
        case "branch_failure_route": isSet = { $0.onBranchFailure != nil }
        default:
            throw ScriptError(
                "'\(name)' is no kind of route",
                hint: "write failure_route, branch_route, onreply_route or branch_failure_route")
        }
        return { context in
            let state = MessageState.of(context)
            return isSet(state.transaction?.routes ?? state.routes) ? .success : .failure
        }
    }
}
