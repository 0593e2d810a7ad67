import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// What `t_relay()`, `t_newtran()` and `t_check_trans()` do.
struct Relay {
    let layer: TransactionLayer
    let context: ScriptContext
    let state: MessageState

    init?(_ context: ScriptContext) {
        guard let layer = TransactionLayer.of(context) else { return nil }
        self.layer = layer
        self.context = context
        state = MessageState.of(context)
    }

    // MARK: Matching

    /// The key of the request.
    private func key() -> HashValue? {
        if let key = state.key { return key }
        state.key = layer.key(of: context.message)
        return state.key
    }

    /// `t_check_trans()`: 0 ends the script because the message was handled, 1 says it belongs to a transaction.
    func check() -> Int {
        let message = context.message
        if !message.isRequest { return state.transaction == nil ? -1 : 1 }
        switch message.method {
        case .ack: return checkAck()
        case .cancel:
            if absorbRetransmission() { return 0 }
            return layer.find(message, method: .invite) == nil ? -1 : 1
        default: return absorbRetransmission() ? 0 : -1
        }
    }

    private func checkAck() -> Int {
        if let transaction = layer.find(context.message, method: .invite), transaction.request.status >= 200 {
            // The ACK of a 2xx has a branch of its own; one that has not comes from a sender older than RFC 3261.
            transaction.receiveAck()
            if transaction.request.status >= 300 { return 0 }
        }
        guard let transaction = layer.findAcknowledged(context.message) else { return -1 }
        transaction.receiveAck()
        if transaction.hasObservers, !state.isAckTold { transaction.tell(.acknowledged(context)) }
        state.isAckTold = true
        // Kamailio: the ACK of a 2xx that was passed on belongs to no transaction; it follows its Route.
        return transaction.hasAnsweredItself(context.message) ? 0 : -1
    }

    private func absorbRetransmission() -> Bool {
        guard let key = key(), let transaction = layer.find(key: key) else { return false }
        // Kamailio: a script that asks about the transaction it made itself ends there, and nothing is sent.
        if transaction !== state.transaction { transaction.receiveRetransmission() }
        return true
    }

    /// `t_precheck_trans()`: whether the script of the same request is still running.
    func precheck() -> Bool {
        guard let key = key() else { return false }
        guard !state.isPrechecked else { return false }
        guard layer.requestsInProgress.insert(key).inserted else { return true }
        state.isPrechecked = true
        return false
    }

    // MARK: Making

    /// `t_newtran()`: 1 when made, 0 for a retransmission, negative for an error.
    func makeTransaction() -> Int {
        guard state.transaction == nil else { return RelayError.script.rawValue }
        guard context.message.method != .ack, let key = key() else { return RelayError.unspecified.rawValue }
        if absorbRetransmission() { return 0 }
        guard let transaction = layer.insert(context, key: key) else { return RelayError.unspecified.rawValue }
        state.transaction = transaction
        state.isCreator = true
        takeOver(transaction)
        return 1
    }

    /// What the script said before there was a transaction.
    private func takeOver(_ transaction: RequestTransaction) {
        transaction.routes = state.routes
        transaction.contacts = state.contacts
        if let disables = state.disables6xxBlock { transaction.request.settings.disables6xxBlock = disables }
        transaction.setTimers(state.timers)
    }

    // MARK: Forwarding

    /// `t_relay()` and its like.
    func relay(_ override: NextHopOverride? = nil, sendsTrying: Bool? = nil) -> FunctionResult {
        guard context.message.isRequest else { return .failure }
        switch context.message.method {
        case .ack: return relayAck(override)
        case .cancel where state.transaction == nil:
            if let result = relayCancel(override) { return result }
        default: break
        }
        let isNew = state.transaction == nil
        if isNew {
            let made = makeTransaction()
            guard made > 0 else { return .code(made) }
        }
        guard let transaction = state.transaction else { return .failure }
        if isNew, transaction.isInvite, sendsTrying ?? state.sendsTrying ?? layer.settings.sendsTrying {
            _ = transaction.reply(LocalReply(100, layer.settings.tryingReason), from: context)
        }
        return forward(transaction, override)
    }

    private func forward(_ transaction: RequestTransaction, _ override: NextHopOverride?) -> FunctionResult {
        guard !transaction.request.isCancelled else { return .code(RelayError.cancelled.rawValue) }
        let targets = takeTargets(transaction)
        guard !targets.isEmpty else { return .failure }
        transaction.noteForwarded(context)
        var result: Int?
        var isSuspended = false
        let operation = RelayOperation(transaction, context, targets: targets, override: override) { code in
            noteResult(code)
            if isSuspended { context.resume(returning: code) } else { result = code }
        }
        operation.start()
        if let result { return .code(result) }
        isSuspended = true
        return .suspended
    }

    private func noteResult(_ code: Int) {
        if code < 0, code != RelayError.dropped.rawValue, !state.disablesInternalReply { state.delayedError = code }
        context.lastError = code < 0 && code != RelayError.dropped.rawValue ? code : 0
    }

    /// The destination set: the Request-URI unless it was forwarded before, and the branches that were appended.
    private func takeTargets(_ transaction: RequestTransaction) -> [RequestTarget] {
        var targets: [RequestTarget] = []
        if takesRequestURI(transaction) { targets.append(context.target) }
        targets += context.branches
        context.branches = []
        state.hasForwarded = true
        return targets
    }

    private func takesRequestURI(_ transaction: RequestTransaction) -> Bool {
        if context.routeKind == .request { return !state.hasForwarded }
        if state.forcesRequestURI {
            state.forcesRequestURI = false
            return true
        }
        if let failed = context[FailedResponse.key], failed.isAnswered {
            failed.isAnswered = false
            return true
        }
        let before = transaction.forwardedTarget
        let now = context.target
        // Serial forking: the Request-URI is a target again once the script has changed it.
        return now.uri != before.uri || (now.destination != nil && now.destination != before.destination)
            || now.path != before.path || now.connection != before.connection
    }

    // MARK: ACK and CANCEL

    /// An ACK is part of the INVITE's transaction, or passes without one (RFC 3261 §16.11).
    private func relayAck(_ override: NextHopOverride?) -> FunctionResult {
        // checkAck() answers 0 for the ACK of a reply that was made here or was negative.
        checkAck() == 0 ? .success : forwardStatelessly(override)
    }

    private func forwardStatelessly(_ override: NextHopOverride?) -> FunctionResult {
        var result: Int?
        var isSuspended = false
        NextHop.resolve(context.target, in: context, override: override) { resolved in
            let code: Int
            switch resolved {
            case .success(let destinations): code = send(to: destinations.first) ? 1 : RelayError.sendFailed.rawValue
            case .failure(let error): code = error.rawValue
            }
            if isSuspended { context.resume(returning: code) } else { result = code }
        }
        if let result { return .code(result) }
        isSuspended = true
        return .suspended
    }

    private func send(to destination: Destination?) -> Bool {
        guard let destination, let socket = destination.socket else { return false }
        let branch = layer.worker.server.statelessBranch(of: context.message)
        layer.send(
            ForwardedRequest(
                context, to: context.target, from: socket, branch: branch, over: destination.transport
            ).bytes(), to: destination)
        return true
    }

    /// A CANCEL is answered here and sent to each branch of its INVITE (RFC 3261 §16.10).
    ///
    /// - Returns: nil when it matches no INVITE and is forwarded like any request.
    private func relayCancel(_ override: NextHopOverride?) -> FunctionResult? {
        guard let transaction = layer.find(context.message, method: .invite) else {
            switch layer.settings.unmatchedCancel {
            case 1: return forwardStatelessly(override)
            case 2: return .code(0)
            default: return nil
            }
        }
        if layer.settings.passesCancelReason, !state.keepsCancelReason {
            var lines = ByteString()
            for field in context.message.headers(named: .reason) {
                lines += ByteString(context.message.buffer[field.range])
            }
            transaction.cancelReason = lines
        }
        let hadBranches = transaction.apply { $0.receiveCancel(at: $1, into: &$2) }
        let reason: ByteString = hadBranches ? "canceling" : "ok -- no more pending branches"
        if let destination = ReplyDestination.of(requestIn: context) {
            layer.send(
                ReplyBytes.make(LocalReply(200, reason), to: context, toTag: transaction.toTag), to: destination)
        }
        return .success
    }
}
