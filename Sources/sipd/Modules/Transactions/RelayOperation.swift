import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// One `t_relay()`: prepares a branch for each target, then sends them all.
///
/// Branch routes may suspend and hosts may have to be looked up, so the operation goes on by callbacks; `completion`
/// is called before `start` returns when nothing had to wait.
final class RelayOperation {
    private let transaction: RequestTransaction
    private let context: ScriptContext
    private let override: NextHopOverride?
    private let completion: (Int) -> Void
    private let branchRoute: String?
    private var targets: [RequestTarget]
    private var prepared: [OutgoingBranch] = []
    private var lastError = RelayError.unspecified
    private var added = 0..<0
    private var failed: [Int] = []
    private var outcomesMissing = 0

    init(
        _ transaction: RequestTransaction, _ context: ScriptContext, targets: [RequestTarget],
        override: NextHopOverride?, completion: @escaping (Int) -> Void
    ) {
        self.transaction = transaction
        self.context = context
        self.targets = targets.reversed()
        self.override = override
        self.completion = completion
        branchRoute = transaction.routes.onBranch
    }

    func start() {
        transaction.routes.onBranch = nil
        prepareNext()
    }

    private func prepareNext() {
        guard let target = targets.popLast() else { return sendAll() }
        guard let branchRoute, let route = context.worker.program.route(kind: .branch, name: branchRoute) else {
            return resolve(target, in: context, MessageState())
        }
        let branch = makeBranchContext(target)
        context.worker.program.run(route, in: branch) { outcome in
            self.context.flags = branch.flags
            if outcome.isDropped {
                self.lastError = .dropped
                self.prepareNext()
            } else {
                self.resolve(branch.target, in: branch, MessageState.of(branch))
            }
        }
    }

    private func makeBranchContext(_ target: RequestTarget) -> ScriptContext {
        let branch = context.worker.makeContext(message: context.message, received: context.received, target: target)
        branch.edits = context.edits
        branch.recordRoute = context.recordRoute
        branch.flags = context.flags
        branch.attributes = context.attributes
        branch.replyRouting = context.replyRouting
        branch.routeKind = .branch
        branch.branchIndex = transaction.branches.count + prepared.count
        let state = MessageState.of(branch)
        state.transaction = transaction
        state.isInBranchRoute = true
        state.branch = branch.branchIndex
        return branch
    }

    private func resolve(_ target: RequestTarget, in branch: ScriptContext, _ state: MessageState) {
        NextHop.resolve(target, in: branch, override: override) { result in
            switch result {
            case .success(let destinations): self.prepare(target, branch, destinations, state)
            case .failure(let error): self.lastError = error
            }
            self.prepareNext()
        }
    }

    private func prepare(
        _ target: RequestTarget, _ branch: ScriptContext, _ destinations: [Destination], _ state: MessageState
    ) {
        guard let destination = destinations.first, let socket = destination.socket else {
            lastError = .unresolvable
            return
        }
        let number = transaction.branches.count + prepared.count
        let bytes = ForwardedRequest(
            branch, to: target, from: socket, branch: transaction.branchParameter(number),
            over: destination.transport
        ).bytes()
        let outgoing = OutgoingBranch(target: target, context: branch, request: bytes, destination: destination)
        if !MessageState.of(context).disablesFailover { outgoing.alternatives = Array(destinations.dropFirst()) }
        outgoing.onReply = state.branchOnReply
        outgoing.onFailure = state.branchOnFailure ?? transaction.routes.onFailure
        outgoing.onBranchFailure = transaction.routes.onBranchFailure
        prepared.append(outgoing)
    }

    private func sendAll() {
        if transaction.request.isCancelled || transaction.isRemoved {
            return completion(RelayError.cancelled.rawValue)
        }
        let first = transaction.branches.count
        for branch in prepared where !transaction.add(branch) { lastError = .tooManyBranches }
        added = first..<transaction.branches.count
        // One more than there are, so that nothing ends before all have been sent.
        outcomesMissing = 1
        for index in added { send(index) }
        noteOutcome()
    }

    /// Sends a branch; when a connection has to be opened for it, the script learns whether that worked.
    private func send(_ index: Int) {
        let waits = transaction.needsConnection(index)
        var isKnown = false
        outcomesMissing += 1
        transaction.send(index) { error in
            if let error { self.noteFailure(of: index, error, isKnown: isKnown) }
            if waits, !isKnown {
                isKnown = true
                self.noteOutcome()
            }
        }
        if !waits {
            isKnown = true
            noteOutcome()
        }
    }

    private func noteFailure(of index: Int, _ error: SendError, isKnown: Bool) {
        context.worker.server.logger.debug(
            "request not sent",
            metadata: [
                "peer.address": "\(transaction.branches[index].destination.map { "\($0)" } ?? "")", "error": "\(error)",
            ])
        if isKnown { transaction.fail(index) } else { failed.append(index) }
    }

    private func noteOutcome() {
        outcomesMissing -= 1
        guard outcomesMissing == 0 else { return }
        if failed.count == added.count {
            if !failed.isEmpty { lastError = .sendFailed }
            for index in failed { transaction.abandon(index) }
            return completion(lastError.rawValue)
        }
        for index in failed { transaction.fail(index) }
        completion(1)
    }
}
