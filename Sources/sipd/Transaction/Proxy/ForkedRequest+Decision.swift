extension ForkedRequest {
    /// Goes on after a branch failure was handled: another destination was tried or not, or its route has run.
    ///
    /// With `isReplaced` another branch stands in for this one, so that its response no longer counts.
    package mutating func continueAfterFailure(
        of index: Int, isReplaced: Bool = false, at now: MonotonicInstant, into actions: inout [ProxyAction]
    ) {
        if isReplaced { dropResponse(of: index) }
        if openFailures > 0 { openFailures -= 1 }
        decide(at: now, into: &actions)
    }

    /// Goes on after the failure route has run: waits for branches it added, or sends the best response upstream.
    package mutating func finishFailureRoute(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        guard let route = failureRoute else { return }
        failureRoute = nil
        let hasNewLeg = branches.count > route.branchCount
        dropResponses(ofBranchesBefore: route.branchCount, hasNewLeg: hasNewLeg)
        guard status < 200, !isReleased else { return }
        if hasNewLeg {
            decide(at: now, into: &actions)
        } else {
            sendBest(route.branch, at: now, into: &actions)
        }
    }

    /// Changes which earlier responses count, for the failure route that runs (Kamailio: tm `t_drop_replies()`).
    package mutating func setFailureReplyMode(_ mode: FailureReplyMode) {
        settings.failureReplyMode = mode
    }

    private mutating func dropResponses(ofBranchesBefore count: Int, hasNewLeg: Bool) {
        switch settings.failureReplyMode {
        case .keepAll:
            return
        case .dropAll, .dropAllOnNewLeg:
            // With nothing new to wait for, dropping everything would leave the caller without any answer.
            guard hasNewLeg else { return }
            for index in 0..<min(count, branches.count) { branches[index].isDropped = true }
        case .dropLastLeg:
            guard hasNewLeg else { return }
            for index in 0..<min(count, branches.count) where branches[index].leg == leg - 1 {
                branches[index].isDropped = true
            }
        }
    }

    // MARK: Failures

    mutating func finishBranch(_ index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        let branch = branches[index]
        guard status < 200, !isReleased else { return }
        if branch.status >= 600, !settings.disables6xxBlock {
            cancelBranches(cause: branch.status, except: index, at: now, into: &actions)
        } else if !isCancelled, branch.options.contains(.moreDestinations), isUnreachable(branch) {
            openFailures += 1
            actions.append(.tryNextDestination(branch: index))
            return
        }
        if branch.options.contains(.branchFailureRoute) {
            openFailures += 1
            actions.append(.runBranchFailureRoute(branch: index))
            return
        }
        decide(at: now, into: &actions)
    }

    /// RFC 3263 §4.3: a 503, a transport error, or no answer at all lets the next address be tried.
    private func isUnreachable(_ branch: RequestBranch) -> Bool {
        branch.status == 503 || (branch.isStatusLocal && branch.status == 408 && !branch.hasReplied)
    }

    // MARK: The choice

    /// Sends the best response upstream, or runs its failure route, once no branch is under way any more.
    mutating func decide(at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        guard status < 200, !isReleased, openFailures == 0, failureRoute == nil, !hasUnfinishedBranch else { return }
        guard let best = bestBranch() else { return }
        if branches[best].options.contains(.failureRoute) {
            failureRoute = (best, branches.count)
            leg += 1
            actions.append(.runFailureRoute(branch: best))
        } else {
            sendBest(best, at: now, into: &actions)
        }
    }

    /// The branch with the best response; if all were dropped, the last one of them.
    private func bestBranch() -> Int? {
        var best: Int?
        for index in branches.indices where !branches[index].isDropped {
            let priority = ReplyPriority(code: branches[index].status)
            if let current = best, ReplyPriority(code: branches[current].status) <= priority { continue }
            best = index
        }
        return best ?? branches.indices.last { branches[$0].transaction != nil }
    }

    private mutating func sendBest(_ index: Int, at now: MonotonicInstant, into actions: inout [ProxyAction]) {
        let code = branches[index].status
        if code == 503, settings.remaps503 {
            // RFC 3261 §16.7 step 6: upstream must not take the overload of one target for ours.
            sendOwnReply(500, branch: index, at: now, into: &actions)
        } else if branches[index].isStatusLocal {
            sendOwnReply(code, branch: index, at: now, into: &actions)
        } else if isChallenge(code), settings.aggregatesChallenges, challengeCount() > 1 {
            status = code
            _ = server.receive(.reply(code: code, isOwn: true), at: now)
            actions.append(.sendChallenges(code: code))
        } else {
            status = code
            _ = server.receive(.reply(code: code, isOwn: false), at: now)
            actions.append(.forwardReply(branch: index))
        }
    }

    private func isChallenge(_ code: Int) -> Bool {
        code == 401 || code == 407
    }

    private func challengeCount() -> Int {
        branches.reduce(0) { $0 + (!$1.isDropped && isChallenge($1.status) ? 1 : 0) }
    }
}
