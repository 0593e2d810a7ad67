extension ForkedRequest {
    // MARK: Responses of branches

    /// Takes in a response to the request of a branch: stops its timers and has it acknowledged.
    package mutating func receiveResponse(
        _ code: Int, from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches.indices.contains(index), branches[index].transaction != nil else { return }
        branches[index].hasReplied = true
        receive(.response(code), from: index, at: now, into: &actions)
    }

    /// Takes in a response to the CANCEL of a branch.
    package mutating func receiveCancelResponse(
        from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches.indices.contains(index) else { return }
        receive(.cancelResponse, from: index, at: now, into: &actions)
    }

    /// Takes in the news that the request of a branch could not be sent.
    package mutating func failSending(
        to index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches.indices.contains(index) else { return }
        receive(.transportError, from: index, at: now, into: &actions)
    }

    /// Decides what becomes of a response after its reply routes have let it pass, perhaps with another code.
    package mutating func accept(
        _ code: Int, from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches.indices.contains(index) else { return }
        switch code {
        case ..<200: acceptProvisional(code, from: index, into: &actions, at: now)
        case 200..<300: acceptSuccess(code, from: index, at: now, into: &actions)
        default: acceptFailure(code, from: index, at: now, into: &actions)
        }
    }

    private mutating func acceptProvisional(
        _ code: Int, from index: Int, into actions: inout [ProxyAction], at now: MonotonicInstant
    ) {
        guard branches[index].isUnfinished else { return }
        branches[index].status = code
        // RFC 3261 §16.7 step 5: a 100 goes no further.
        // Nor does anything that would tell a caller who has hung up that the phone rings.
        guard code > 100, status < 200, !isReleased, !isCancelled else { return }
        status = code
        _ = server.receive(.reply(code: code, isOwn: false), at: now)
        actions.append(.forwardReply(branch: index))
    }

    private mutating func acceptSuccess(
        _ code: Int, from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard !isReleased else { return }
        let isFirst = status < 200
        // A branch that was given up and then answers: while others still decide the call, Kamailio drops its 2xx.
        if isFirst, branches[index].status >= 300 { return }
        guard isFirst || isInvite else { return }
        if branches[index].status < 300 { branches[index].status = code }
        let serverActions = server.receive(.reply(code: code, isOwn: false), at: now)
        guard serverActions.contains(.sendReply) else { return }
        status = code
        actions.append(.forwardReply(branch: index))
        if isFirst { cancelBranches(cause: code, at: now, into: &actions) }
    }

    private mutating func acceptFailure(
        _ code: Int, from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches[index].isUnfinished else { return }
        branches[index].status = code
        finishBranch(index, at: now, into: &actions)
    }

    // MARK: Cancelling

    /// Cancels all branches under way, or one (Kamailio: tm `t_cancel_branches()`).
    ///
    /// `cause` is the status code that made them needless, 0 for none.
    package mutating func cancelBranches(
        cause: Int, except: Int? = nil, only: Int? = nil, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard isInvite else { return }
        for index in branches.indices where index != except && (only == nil || index == only) {
            guard branches[index].transaction?.isPending == true else { continue }
            if branches[index].cancelCause == nil { branches[index].cancelCause = cause }
            receive(.cancel, from: index, at: now, into: &actions)
        }
    }

    // MARK: Time

    /// Does what is due; to be called when `deadline` has come.
    package mutating func expire(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        perform(server.receive(.timer, at: now), into: &actions)
        for index in branches.indices where branches[index].deadline <= now {
            if branches[index].transaction == nil {
                setLocalStatus(408, of: index)
                finishBranch(index, at: now, into: &actions)
            } else {
                receive(.timer, from: index, at: now, into: &actions)
            }
        }
        if isOver() { actions.append(.terminate) }
    }

    private mutating func receive(
        _ event: ClientTransactionEvent, from index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard let work = branches[index].transaction?.receive(event, at: now) else { return }
        if work.contains(.sendRequest) { actions.append(.resendRequest(branch: index)) }
        if work.contains(.sendAck) { actions.append(.sendAck(branch: index)) }
        if work.contains(.sendCancel) { actions.append(cancelAction(for: event, branch: index)) }
        if work.contains(.passResponse) { actions.append(.processResponse(branch: index)) }
        if work.contains(.reportTimeout) {
            fail(index, with: isCancelled ? 487 : 408, at: now, into: &actions)
        } else if work.contains(.reportTransportError) {
            fail(index, with: isCancelled ? 487 : 503, at: now, into: &actions)
        } else if work.contains(.reportCancelled) {
            fail(index, with: 487, at: now, into: &actions)
        }
    }

    /// The first CANCEL of a branch is told from its retransmissions by the event that leads to it.
    private mutating func cancelAction(for event: ClientTransactionEvent, branch index: Int) -> ProxyAction {
        let wasAskedFor = branches[index].cancelCause != nil
        switch event {
        case .timer where branches[index].isCancelSent:
            return .resendCancel(branch: index)
        case .timer, .cancel, .response, .cancelResponse, .transportError:
            branches[index].isCancelSent = true
            let isDelayed = wasAskedFor && event != .cancel
            return .sendCancel(branch: index, cause: branches[index].cancelCause ?? 0, isDelayed: isDelayed)
        }
    }

    private mutating func fail(
        _ index: Int, with code: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        guard branches[index].isUnfinished else { return }
        setLocalStatus(code, of: index)
        finishBranch(index, at: now, into: &actions)
    }
}
