import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// Running the script's routes for a transaction. Each may suspend; the decision goes on when it has ended.
extension RequestTransaction {
    /// Runs the reply route for a response, then lets the state machines decide what becomes of it.
    func processResponse(_ index: Int, _ reply: ScriptContext?) {
        guard let reply else { return }
        let state = MessageState.of(reply)
        state.transaction = self
        state.branch = index
        guard let name = branches[index].onReply ?? routes.onReply,
            let route = layer.worker.program.route(kind: .onReply, name: name)
        else { return accept(reply, from: index) }
        reply.routeKind = .onReply
        reply.branchIndex = index
        reply.attributes = context.attributes
        reply.flags = context.flags
        layer.worker.program.run(route, in: reply) { outcome in
            self.context.flags = reply.flags
            // Kamailio 5.6: drop discards provisional responses only.
            if outcome.isDropped, (reply.message.status ?? 0) < 200 {
                state.transaction = nil
            } else {
                self.accept(reply, from: index)
            }
        }
    }

    private func accept(_ reply: ScriptContext, from index: Int) {
        guard branches.indices.contains(index), let received = reply.message.status else { return }
        let code = reply.replyStatusChange?.status ?? received
        if hasObservers { tell(.responseReceived(reply, branch: index)) }
        if code >= 200, request.branches[index].isUnfinished {
            branches[index].response = reply
            branches[index].responseCode = code
        }
        apply(reply: reply) { $0.accept(code, from: index, at: $1, into: &$2) }
        MessageState.existing(reply)?.transaction = nil
    }

    /// Runs the failure route that was armed when the branch was made.
    func runFailureRoute(_ index: Int) {
        winner = index
        routes.onFailure = nil
        routes.onBranchFailure = nil
        if hasObservers { tellFailed(index) }
        let armed = branches[index].onFailure
        // A failure route runs once unless it is armed again, also when a later failure makes the same response win.
        for branch in branches { branch.onFailure = nil }
        guard let armed, let route = layer.worker.program.route(kind: .failure, name: armed) else {
            return finishFailureRoute()
        }
        let failure = makeContext(forFailureOf: index, kind: .failure)
        layer.worker.program.run(route, in: failure) { _ in
            self.finish(failure)
            self.finishFailureRoute()
        }
    }

    private func finishFailureRoute() {
        winner = nil
        apply { $0.finishFailureRoute(at: $1, into: &$2) }
    }

    /// Runs the event route `tm:branch-failure:NAME` of a branch that failed.
    func runBranchFailureRoute(_ index: Int) {
        guard let name = branches[index].onBranchFailure,
            let route = layer.worker.program.route(kind: .event, name: "tm:branch-failure:" + name)
        else {
            apply { $0.continueAfterFailure(of: index, at: $1, into: &$2) }
            return
        }
        routes.onBranchFailure = nil
        let failure = makeContext(forFailureOf: index, kind: .branchFailure)
        layer.worker.program.run(route, in: failure) { _ in
            self.finish(failure)
            self.apply { $0.continueAfterFailure(of: index, at: $1, into: &$2) }
        }
    }

    func makeContext(forFailureOf index: Int, kind: RouteMask) -> ScriptContext {
        let failure = layer.worker.makeContext(
            message: context.message, received: context.received, target: forwardedTarget)
        failure.edits = forwardedEdits
        failure.recordRoute = forwardedRecordRoute
        failure.flags = context.flags
        failure.attributes = context.attributes
        failure.replyRouting = context.replyRouting
        failure.routeKind = kind
        failure.branchIndex = index
        if let response = branches[index].response?.message {
            failure[FailedResponse.key] = FailedResponse(message: response, target: branches[index].target)
        }
        let state = MessageState.of(failure)
        state.transaction = self
        state.branch = index
        return failure
    }

    func finish(_ failure: ScriptContext) {
        context.flags = failure.flags
        MessageState.existing(failure)?.transaction = nil
    }

    /// Sends the request of a branch to the next address of its host, as a branch of its own (RFC 3263 §4.3).
    func tryNextDestination(_ index: Int) {
        let failed = branches[index]
        let isReplaced = !failed.alternatives.isEmpty && startBranch(like: failed)
        apply { $0.continueAfterFailure(of: index, isReplaced: isReplaced, at: $1, into: &$2) }
    }

    private func startBranch(like failed: OutgoingBranch) -> Bool {
        var alternatives = failed.alternatives
        let destination = alternatives.removeFirst()
        guard let socket = destination.socket else { return false }
        let number = branches.count
        let bytes = ForwardedRequest(
            failed.context, to: failed.target, from: socket, branch: branchParameter(number),
            over: destination.transport
        ).bytes()
        let next = OutgoingBranch(
            target: failed.target, context: failed.context, request: bytes, destination: destination)
        next.alternatives = alternatives
        next.onReply = failed.onReply
        next.onFailure = failed.onFailure
        next.onBranchFailure = failed.onBranchFailure
        guard add(next) else { return false }
        send(number) { error in
            if error != nil { self.fail(number) }
        }
        return true
    }

    // MARK: Branches

    /// Adds a branch to the state machines; the caller sends it next.
    func add(_ branch: OutgoingBranch) -> Bool {
        var options: RequestBranch.Options = []
        // Observers hear of a failure at the moment the failure route would run.
        if branch.onFailure != nil || hasObservers { options.insert(.failureRoute) }
        if branch.onBranchFailure != nil { options.insert(.branchFailureRoute) }
        if !branch.alternatives.isEmpty { options.insert(.moreDestinations) }
        let isReliable = branch.destination?.transport.isReliable ?? false
        guard request.addBranch(at: layer.now, isReliable: isReliable, options: options) != nil else { return false }
        branches.append(branch)
        return true
    }

    /// Sends the request of a branch for the first time; `completion` is told how that went.
    func send(_ index: Int, completion: @escaping (SendError?) -> Void) {
        guard branches.indices.contains(index), let destination = branches[index].destination else { return }
        layer.worker.server.transport.send(
            branches[index].request, to: destination, from: layer.worker.index, completion: completion)
        layer.schedule(.request(self))
    }

    /// Whether a connection has to be opened for a branch.
    func needsConnection(_ index: Int) -> Bool {
        guard let destination = branches[index].destination, destination.transport.isStream else { return false }
        let transport = layer.worker.server.transport
        if let connection = destination.connection, transport.connection(connection) != nil { return false }
        return transport.connection(destination.transport, to: destination.remote) == nil
    }

    /// The request of a branch could not be sent, or its connection broke.
    func fail(_ index: Int) {
        guard !isRemoved else { return }
        apply { $0.failSending(to: index, at: $1, into: &$2) }
    }

    /// Ends a branch whose request never left.
    func abandon(_ index: Int) {
        request.abandonBranch(index, at: layer.now)
    }
}

extension RequestTransaction {
    /// Changes the timers of this transaction; those that are nil stay as they are.
    func setTimers(_ overrides: TimerOverrides) {
        var timers = request.timers
        timers.finalResponse = overrides.finalResponse ?? timers.finalResponse
        timers.inviteFinalResponse = overrides.inviteFinalResponse ?? timers.inviteFinalResponse
        timers.inviteLifetime = overrides.inviteLifetime ?? timers.inviteLifetime
        timers.nonInviteLifetime = overrides.nonInviteLifetime ?? timers.nonInviteLifetime
        timers.retransmissionInitial = overrides.retransmissionInitial ?? timers.retransmissionInitial
        timers.retransmissionLongest = overrides.retransmissionLongest ?? timers.retransmissionLongest
        guard timers != request.timers else { return }
        apply { request, now, _ in request.setTimers(timers, at: now) }
    }
}
