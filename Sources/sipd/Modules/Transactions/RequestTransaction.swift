import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// A request that came in, with its transaction, its branches and everything the script has said about it.
///
/// Confined to its worker's event loop. The decisions are those of `request`; this performs them.
final class RequestTransaction {
    /// The worker's transactions.
    unowned let layer: TransactionLayer
    /// The request, with the attributes and flags that all routes of the transaction share.
    let context: ScriptContext
    /// The key under which retransmissions find it.
    let key: HashValue
    /// What its branch parameters and To-tag are made of.
    let identifier: HashValue
    /// The state of the transaction and its branches.
    var request: ForkedRequest
    /// What is kept of each branch, by index.
    var branches: [OutgoingBranch] = []
    /// The routes armed for what comes next.
    var routes = ArmedRoutes()
    /// Contacts of `t_load_contacts()` that are still to be tried, by groups.
    var contacts: [[RequestTarget]] = []
    /// Its place in the table.
    var slot: UInt32 = 0
    /// Its timer in the wheel, and when that fires.
    var timer = TimerWheel.Token.none
    var scheduled = MonotonicInstant.never
    /// The branch whose final response the failure route handles.
    var winner: Int?
    /// The last reply as it was sent.
    private(set) var lastReply: [UInt8] = []
    /// The edits and target with which the request was first forwarded; failure routes start from them.
    private(set) var forwardedEdits = MessageEdits()
    private(set) var forwardedRecordRoute = RecordRoute()
    private(set) var forwardedTarget = RequestTarget()
    /// The Reason lines of the caller's CANCEL.
    var cancelReason: ByteString = ""
    /// Whether it was forgotten.
    private(set) var isRemoved = false
    private let replyDestination: Destination?
    /// When the request came.
    let startedAt: MonotonicInstant
    private var answeredTags: [ByteString] = []
    private var pendingReply: LocalReply?
    /// Whether a final reply was sent.
    private var isWaiting = false

    init(_ context: ScriptContext, layer: TransactionLayer, key: HashValue, identifier: HashValue) {
        self.context = context
        self.layer = layer
        self.key = key
        self.identifier = identifier
        startedAt = layer.now
        replyDestination = ReplyDestination.of(requestIn: context)
        request = ForkedRequest(
            isInvite: context.message.method == .invite, isReliable: replyDestination?.transport.isReliable ?? false,
            timers: layer.settings.timers, settings: layer.settings.forking)
        forwardedEdits = context.edits
        forwardedRecordRoute = context.recordRoute
        forwardedTarget = context.target
    }

    /// Whether its lifetime is over, so that provisional responses extend it no more.
    var isExpired: Bool {
        let lifetime = isInvite ? request.timers.inviteLifetime : request.timers.nonInviteLifetime
        return layer.now >= startedAt.advanced(byMilliseconds: lifetime)
    }

    /// Whether the request is an INVITE.
    var isInvite: Bool { request.isInvite }

    /// The To-tag of replies made for the transaction.
    var toTag: ByteString {
        var bytes: [UInt8] = []
        layer.worker.server.hasher.tag(of: identifier).append(to: &bytes)
        return ByteString(bytes)
    }

    /// The branch parameter of a branch.
    func branchParameter(_ index: Int) -> ByteString {
        var bytes: [UInt8] = []
        BranchParameter(slot: slot, identifier: identifier, branch: index).append(to: &bytes)
        return ByteString(bytes)
    }

    /// Whether a 2xx with this To-tag was sent.
    func hasAnswered(withTag tag: ByteString) -> Bool {
        answeredTags.contains(tag)
    }

    /// Whether this ACK is for a 2xx that was made here, so that it goes no further.
    func hasAnsweredItself(_ ack: SIPMessage) -> Bool {
        branches.isEmpty && ack.to?.tag == toTag
    }

    /// Remembers how the request stood when it was forwarded.
    func noteForwarded(_ context: ScriptContext) {
        guard branches.isEmpty else { return }
        forwardedEdits = context.edits
        forwardedRecordRoute = context.recordRoute
        forwardedTarget = context.target
    }

    // MARK: Events

    /// Feeds the state machines and does what they ask for; `reply` is the response that causes it.
    @discardableResult
    func apply<Result>(
        reply: ScriptContext? = nil,
        _ body: (inout ForkedRequest, MonotonicInstant, inout [ProxyAction]) -> Result
    ) -> Result {
        var actions = layer.takeActions()
        let result = body(&request, layer.now, &actions)
        for action in actions { perform(action, reply) }
        layer.giveBack(actions)
        if !isRemoved { layer.schedule(.request(self)) }
        return result
    }

    /// The deadline has come.
    func expire() {
        apply { $0.expire(at: $1, into: &$2) }
    }

    /// The request came again.
    func receiveRetransmission() {
        apply { $0.receiveRetransmission(at: $1, into: &$2) }
    }

    /// The ACK of the final reply came.
    func receiveAck() {
        apply { $0.receiveAck(at: $1, into: &$2) }
    }

    /// A response to a branch, or to its CANCEL, came.
    func receiveResponse(_ reply: ScriptContext, branch index: Int) {
        guard branches.indices.contains(index), let code = reply.message.status else { return }
        if reply.message.method == .cancel {
            apply { $0.receiveCancelResponse(from: index, at: $1, into: &$2) }
            return
        }
        guard reply.message.method == context.message.method else { return }
        layer.statistics.received.add()
        apply(reply: reply) { $0.receiveResponse(code, from: index, at: $1, into: &$2) }
    }

    /// Answers with a reply made here, from whichever route of the transaction.
    ///
    /// - Returns: false when a final reply was sent before.
    func reply(_ reply: LocalReply, from route: ScriptContext) -> Bool {
        guard request.status < 200 else { return false }
        var complete = reply
        if route !== context { complete.headers = complete.headers + route.replyHeaders }
        pendingReply = complete
        return apply { $0.reply(reply.status, at: $1, into: &$2) }
    }

    /// The script has ended that made the transaction.
    func finishScript(delayedError: Int) {
        guard request.status < 200, !request.hasUnfinishedBranch, winner == nil else { return }
        if delayedError != 0 {
            _ = reply(InternalError.reply(for: delayedError, module: "TM"), from: context)
        } else {
            release()
        }
    }

    /// Gives the transaction up without a reply.
    func release() {
        apply { request, now, _ in request.release(at: now) }
    }

    // MARK: Actions

    private func perform(_ action: ProxyAction, _ reply: ScriptContext?) {
        guard !isRemoved else { return }
        switch action {
        case .resendReply: resendReply()
        case .forwardReply(let branch): forwardReply(branch, reply)
        case .sendReply(let code, let branch): sendReply(code, branch)
        case .sendChallenges(let code): sendChallenges(code)
        case .resendRequest(let branch): send(branches[branch].request, of: branch)
        case .sendAck(let branch): sendAck(branch, reply)
        case .sendCancel(let branch, let cause, let isDelayed): sendCancel(branch, cause, isDelayed)
        case .resendCancel(let branch): send(branches[branch].cancelRequest, of: branch)
        case .processResponse(let branch): processResponse(branch, reply)
        case .tryNextDestination(let branch): tryNextDestination(branch)
        case .runBranchFailureRoute(let branch): runBranchFailureRoute(branch)
        case .runFailureRoute(let branch): runFailureRoute(branch)
        case .reportMissingAck: break
        case .terminate: remove()
        }
    }

    private func remove() {
        guard !isRemoved else { return }
        isRemoved = true
        if hasObservers { tell(.ended) }
        if isWaiting { layer.statistics.waiting.add(-1) }
        layer.remove(self)
        // The contexts know the transaction and the transaction the contexts.
        MessageState.existing(context)?.transaction = nil
        for branch in branches { MessageState.existing(branch.context)?.transaction = nil }
        branches = []
    }

    // MARK: Replies

    private func resendReply() {
        guard !lastReply.isEmpty, let replyDestination else { return }
        layer.send(lastReply, to: replyDestination)
    }

    private func sendUpstream(_ bytes: [UInt8]) {
        if request.status >= 200, !isWaiting {
            isWaiting = true
            layer.statistics.waiting.add()
        }
        lastReply = bytes
        resendReply()
    }

    private func forwardReply(_ index: Int, _ current: ScriptContext?) {
        let isCurrent = current.flatMap { MessageState.existing($0)?.branch } == index
        guard let response = isCurrent ? current : branches[index].response, let status = response.message.status
        else { return }
        var edits = response.edits
        TopVia.remove(from: response.message, &edits)
        sendUpstream(
            edits.apply(
                to: response.message, startLine: response.changedStartLine,
                needsContentLength: replyDestination?.transport.isStream ?? false))
        layer.statistics.countReply(status, isOwn: false)
        tellReplied(by: response)
        // Nobody else asks for the ACK of a 2xx that was passed on.
        if hasObservers, isInvite, (200..<300).contains(request.status), let tag = response.message.to?.tag {
            noteAnswer(tag)
        }
    }

    private func sendReply(_ code: Int, _ branch: Int?) {
        let reply = pendingReply ?? StatusReason.reply(code, replacing: branch.map { request.branches[$0].status })
        pendingReply = nil
        let tag = code > 100 ? toTag : ""
        sendUpstream(ReplyBytes.make(reply, to: context, toTag: tag))
        if hasObservers { tell(.replied(status: code, reason: reply.reason, response: nil)) }
        layer.statistics.countReply(code, isOwn: true)
        if isInvite, (200..<300).contains(code) { noteAnswer(context.message.to?.tag ?? tag) }
    }

    private func noteAnswer(_ tag: ByteString) {
        if answeredTags.isEmpty { layer.addDialogKey(self) }
        if !answeredTags.contains(tag) { answeredTags.append(tag.compacted()) }
    }

    /// Joins the challenges of all branches (RFC 3261 §16.7 step 7).
    private func sendChallenges(_ code: Int) {
        var headers = ByteString()
        for name in [HeaderName.proxyAuthenticate, .wwwAuthenticate] {
            for (index, branch) in branches.enumerated() where !request.branches[index].isDropped {
                guard let message = branch.response?.message else { continue }
                for field in message.headers(named: name) { headers += ByteString(message.buffer[field.range]) }
            }
        }
        pendingReply = StatusReason.reply(code)
        pendingReply?.headers = headers
        sendReply(code, nil)
    }

    // MARK: Requests to branches

    /// Sends the request or CANCEL of a branch again; that it cannot be sent shows when no answer comes.
    private func send(_ bytes: [UInt8], of index: Int) {
        guard !bytes.isEmpty, let destination = branches[index].destination else { return }
        layer.send(bytes, to: destination)
    }

    private func sendAck(_ index: Int, _ reply: ScriptContext?) {
        let branch = branches[index]
        if let message = reply?.message, let field = message.firstHeader(.to) {
            branch.responseTo = ByteString(message.buffer[field.range]).compacted()
        }
        guard
            let ack = HopByHopRequest.acknowledge(
                branch.request, to: branch.responseTo, extraHeaders: layer.settings.extraHeaderPrefix)
        else { return }
        send(ack, of: index)
    }

    private func sendCancel(_ index: Int, _ cause: Int, _ isDelayed: Bool) {
        var reason: ByteString = ""
        if cause == 0 {
            reason = cancelReason
        } else if layer.settings.writesCancelReason {
            let text = cause == 200 && !isDelayed ? ";text=\"Call completed elsewhere\"" : ""
            reason = ByteString("Reason: SIP;cause=\(cause)\(text)\r\n")
        }
        let branch = branches[index]
        guard
            let cancel = HopByHopRequest.cancel(
                branch.request, headerLines: reason, extraHeaders: layer.settings.extraHeaderPrefix)
        else { return }
        branch.cancelRequest = cancel
        send(cancel, of: index)
    }
}
