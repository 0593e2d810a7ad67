import Testing
import Transaction

/// A forked request with its clock and the actions it asked for.
private final class Proxy {
    var clock = FakeClock()
    var request: ForkedRequest
    var actions: [ProxyAction] = []

    init(
        isInvite: Bool = true, isReliable: Bool = false, branches: Int = 1, options: RequestBranch.Options = [],
        configure: (inout ForkedRequest.Settings, inout TransactionTimers) -> Void = { _, _ in }
    ) {
        var settings = ForkedRequest.Settings()
        var timers = TransactionTimers()
        configure(&settings, &timers)
        request = ForkedRequest(isInvite: isInvite, isReliable: isReliable, timers: timers, settings: settings)
        for _ in 0..<branches { addBranch(options) }
    }

    func addBranch(_ options: RequestBranch.Options = []) {
        _ = request.addBranch(at: clock.now, isReliable: false, options: options)
    }

    /// What was asked for since the last call.
    func taken() -> [ProxyAction] {
        defer { actions = [] }
        return actions
    }

    /// A response arrives and its reply routes let it pass.
    func respond(_ code: Int, from branch: Int = 0) {
        let start = actions.count
        request.receiveResponse(code, from: branch, at: clock.now, into: &actions)
        guard actions[start...].contains(.processResponse(branch: branch)) else { return }
        actions.removeAll { $0 == .processResponse(branch: branch) }
        request.accept(code, from: branch, at: clock.now, into: &actions)
    }

    func reply(_ code: Int) -> Bool { request.reply(code, at: clock.now, into: &actions) }

    func suspend() -> Int? { request.addBlindBranch(at: clock.now) }

    func resume(_ branch: Int) -> Bool { request.endBlindBranch(branch) }

    func cancel() -> Bool { request.receiveCancel(at: clock.now, into: &actions) }

    func finishFailureRoute() { request.finishFailureRoute(at: clock.now, into: &actions) }

    /// Lets time pass and notes what happens when.
    func run(milliseconds: UInt32) -> [Timed<ProxyAction>] {
        let end = clock.now.advanced(byMilliseconds: milliseconds)
        var log: [Timed<ProxyAction>] = []
        while request.deadline <= end {
            clock.advance(to: request.deadline)
            var due: [ProxyAction] = []
            request.expire(at: clock.now, into: &due)
            log += due.map { Timed(clock.elapsed, $0) }
            if due.contains(.terminate) { break }
        }
        clock.advance(to: end)
        return log
    }
}

@Suite struct ForkedRequestTests {
    @Test func `provisional responses but 100 are forwarded`() {
        let proxy = Proxy()
        proxy.respond(100)
        #expect(proxy.taken().isEmpty)
        proxy.respond(183)
        proxy.respond(180)
        #expect(proxy.taken() == [.forwardReply(branch: 0), .forwardReply(branch: 0)])
        #expect(proxy.request.status == 180)
    }

    @Test func `our own 100 goes out at once and answers retransmissions`() {
        let proxy = Proxy(branches: 0)
        let isSent = proxy.reply(100)
        proxy.request.receiveRetransmission(at: proxy.clock.now, into: &proxy.actions)
        #expect(isSent)
        #expect(proxy.taken() == [.sendReply(code: 100, branch: nil), .resendReply])
    }

    @Test func `the first 2xx is forwarded and the others are cancelled`() {
        let proxy = Proxy(branches: 3)
        proxy.respond(180, from: 1)
        _ = proxy.taken()
        proxy.respond(200, from: 0)
        #expect(
            proxy.taken() == [.forwardReply(branch: 0), .sendCancel(branch: 1, cause: 200, isDelayed: false)])
        proxy.respond(180, from: 2)
        #expect(proxy.taken() == [.sendCancel(branch: 2, cause: 200, isDelayed: true)])
        proxy.respond(487, from: 1)
        proxy.respond(487, from: 2)
        #expect(proxy.taken() == [.sendAck(branch: 1), .sendAck(branch: 2)])
    }

    @Test func `a second 2xx and a retransmitted one are forwarded too`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(200, from: 0)
        proxy.respond(200, from: 1)
        proxy.respond(200, from: 0)
        #expect(
            proxy.taken() == [.forwardReply(branch: 0), .forwardReply(branch: 1), .forwardReply(branch: 0)])
    }

    @Test func `a negative final response is acknowledged and waits for the others`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(486, from: 0)
        #expect(proxy.taken() == [.sendAck(branch: 0)])
        proxy.respond(404, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 1)])
    }

    @Test(arguments: [
        ([404, 480], 0), ([480, 404], 1), ([302, 404], 0), ([404, 401], 1), ([404, 600], 1), ([408, 480], 0),
        ([404, 484], 1), ([488, 420], 1), ([400, 300], 1), ([603, 600], 1), ([486, 486], 0), ([502, 499], 1),
        ([407, 484], 0), ([699, 300], 0), ([505, 501], 1),
    ])
    func `the best response wins`(codes: [Int], winner: Int) {
        let proxy = Proxy(branches: 2) { settings, _ in settings.disables6xxBlock = true }
        proxy.respond(codes[0], from: 0)
        proxy.respond(codes[1], from: 1)
        #expect(proxy.taken().last == .forwardReply(branch: winner))
    }

    @Test func `a 503 becomes a 500 of our own`() {
        let proxy = Proxy()
        proxy.respond(503)
        #expect(proxy.taken() == [.sendAck(branch: 0), .sendReply(code: 500, branch: 0)])
    }

    @Test func `challenges of several branches are joined`() {
        let proxy = Proxy(branches: 3)
        proxy.respond(407, from: 0)
        proxy.respond(404, from: 1)
        proxy.respond(401, from: 2)
        #expect(proxy.taken().last == .sendChallenges(code: 401))
        let separate = Proxy(branches: 2) { settings, _ in settings.aggregatesChallenges = false }
        separate.respond(407, from: 0)
        separate.respond(401, from: 1)
        #expect(separate.taken().last == .forwardReply(branch: 1))
    }

    @Test func `a 6xx cancels the rest and is forwarded when all have ended`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(180, from: 1)
        _ = proxy.taken()
        proxy.respond(603, from: 0)
        #expect(proxy.taken() == [.sendAck(branch: 0), .sendCancel(branch: 1, cause: 603, isDelayed: false)])
        proxy.respond(487, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 0)])
    }

    @Test func `a 2xx that crosses the CANCEL after a 6xx is forwarded`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(180, from: 1)
        proxy.respond(603, from: 0)
        _ = proxy.taken()
        proxy.respond(200, from: 1)
        #expect(proxy.taken() == [.forwardReply(branch: 1)])
    }

    @Test func `a 6xx leaves the others alone when that is switched off`() {
        let proxy = Proxy(branches: 2) { settings, _ in settings.disables6xxBlock = true }
        proxy.respond(180, from: 1)
        _ = proxy.taken()
        proxy.respond(603, from: 0)
        #expect(proxy.taken() == [.sendAck(branch: 0)])
    }

    @Test func `nobody answers: 408 after timer B, repeated until its ACK`() {
        let proxy = Proxy(branches: 1)
        let log = proxy.run(milliseconds: 31_000)
        #expect(log.filter { $0.value == .resendRequest(branch: 0) }.count == 9)
        #expect(log.suffix(2) == [Timed(30_000, .sendReply(code: 408, branch: 0)), Timed(30_500, .resendReply)])
        proxy.request.receiveAck(at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.run(milliseconds: 10_000) == [Timed(36_000, .terminate)])
    }

    @Test func `a callee that only rings is cancelled by timer C and the caller gets 408 at once`() {
        let proxy = Proxy()
        proxy.respond(180)
        let log = proxy.run(milliseconds: 120_000)
        #expect(
            log == [
                Timed(120_000, .sendCancel(branch: 0, cause: 0, isDelayed: false)),
                Timed(120_000, .sendReply(code: 408, branch: 0)),
            ])
        proxy.respond(487)
        #expect(proxy.taken() == [.forwardReply(branch: 0), .sendAck(branch: 0)])
    }

    @Test func `a 2xx after our own 408 is forwarded`() {
        let proxy = Proxy()
        _ = proxy.run(milliseconds: 30_100)
        proxy.respond(200)
        #expect(proxy.taken() == [.forwardReply(branch: 0)])
        #expect(proxy.request.status == 200)
    }

    @Test func `a late 2xx of an earlier leg is dropped while the next leg decides`() {
        let proxy = Proxy(options: .failureRoute)
        _ = proxy.run(milliseconds: 30_000)
        proxy.addBranch()
        proxy.finishFailureRoute()
        _ = proxy.taken()
        proxy.respond(200, from: 0)
        #expect(proxy.taken().isEmpty)
    }

    @Test func `a transaction ends after the wait`() {
        let proxy = Proxy(isInvite: false)
        proxy.respond(200)
        proxy.request.receiveRetransmission(at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken() == [.forwardReply(branch: 0), .resendReply])
        #expect(proxy.run(milliseconds: 10_000) == [Timed(5_000, .terminate)])
    }

    @Test func `a transaction waits for branches that were cancelled`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(180, from: 1)
        proxy.respond(200, from: 0)
        let log = proxy.run(milliseconds: 20_000)
        #expect(!log.contains { $0.value == .terminate })
        proxy.respond(487, from: 1)
        #expect(proxy.taken().last == .sendAck(branch: 1))
        proxy.request.expire(at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken() == [.terminate])
    }

    @Test func `a late final response to another request is absorbed`() {
        let proxy = Proxy(isInvite: false)
        let log = proxy.run(milliseconds: 30_000)
        #expect(log.last == Timed(30_000, .sendReply(code: 408, branch: 0)))
        proxy.respond(200)
        #expect(proxy.taken().isEmpty)
    }

    @Test func `no more than the allowed number of branches`() {
        let proxy = Proxy(branches: 20) { settings, _ in settings.branchesMax = 12 }
        #expect(proxy.request.branches.count == 12)
    }

    @Test func `a branch that does not exist is ignored`() {
        let proxy = Proxy()
        proxy.request.receiveResponse(200, from: 5, at: proxy.clock.now, into: &proxy.actions)
        proxy.request.accept(200, from: 5, at: proxy.clock.now, into: &proxy.actions)
        proxy.request.receiveCancelResponse(from: -1, at: proxy.clock.now, into: &proxy.actions)
        proxy.request.failSending(to: 9, at: proxy.clock.now, into: &proxy.actions)
        proxy.finishFailureRoute()
        #expect(proxy.taken().isEmpty)
    }
}

@Suite struct ForkedRequestLifeTests {
    @Test func `while branches are being added nothing is decided`() {
        let proxy = Proxy()
        proxy.request.hold()
        proxy.respond(404)
        #expect(proxy.taken() == [.sendAck(branch: 0)])
        proxy.addBranch()
        proxy.request.endHold(at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken().isEmpty)
        proxy.respond(486, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 0)])
    }

    @Test func `a branch whose request never left does not count`() {
        let proxy = Proxy(branches: 2)
        proxy.request.abandonBranch(0, at: proxy.clock.now)
        proxy.respond(486, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 1)])
    }

    @Test func `a request that was released gets no reply any more`() {
        let proxy = Proxy(options: .failureRoute)
        proxy.respond(486)
        proxy.request.release(at: proxy.clock.now)
        proxy.finishFailureRoute()
        #expect(!proxy.reply(404))
        #expect(proxy.taken() == [.sendAck(branch: 0), .runFailureRoute(branch: 0)])
        #expect(proxy.run(milliseconds: 6_000) == [Timed(5_000, .terminate)])
    }

    @Test func `releasing after the final reply changes nothing`() {
        let proxy = Proxy(isInvite: false)
        proxy.respond(200)
        proxy.request.release(at: proxy.clock.now)
        #expect(!proxy.request.isReleased)
    }

    @Test func `a 503 stays one when it is not to be remapped`() {
        let proxy = Proxy { settings, _ in settings.remaps503 = false }
        proxy.respond(503)
        #expect(proxy.taken() == [.sendAck(branch: 0), .forwardReply(branch: 0)])
    }

    @Test func `changed timers apply to branches under way`() {
        let proxy = Proxy()
        var timers = TransactionTimers()
        timers.finalResponse = 700
        proxy.request.setTimers(timers, at: proxy.clock.now)
        #expect(proxy.run(milliseconds: 700).last == Timed(700, .sendReply(code: 408, branch: 0)))
    }
}

@Suite struct ForkedRequestCancelTests {
    @Test func `CANCEL is passed to the branches and their 487 is forwarded`() {
        let proxy = Proxy(branches: 2)
        proxy.respond(180, from: 0)
        proxy.respond(180, from: 1)
        _ = proxy.taken()
        #expect(proxy.cancel())
        #expect(
            proxy.taken() == [
                .sendCancel(branch: 0, cause: 0, isDelayed: false),
                .sendCancel(branch: 1, cause: 0, isDelayed: false),
            ])
        proxy.respond(487, from: 1)
        proxy.respond(487, from: 0)
        #expect(proxy.taken() == [.sendAck(branch: 1), .sendAck(branch: 0), .forwardReply(branch: 0)])
    }

    @Test func `a provisional response after the CANCEL goes no further`() {
        let proxy = Proxy()
        #expect(proxy.cancel())
        proxy.respond(180)
        #expect(proxy.taken() == [.sendCancel(branch: 0, cause: 0, isDelayed: true)])
    }

    @Test func `CANCEL of a branch without answer waits and its time-out is a 487`() {
        let proxy = Proxy()
        #expect(proxy.cancel())
        #expect(proxy.taken().isEmpty)
        #expect(proxy.run(milliseconds: 30_000).last == Timed(30_000, .sendReply(code: 487, branch: 0)))
    }

    @Test func `CANCEL is repeated until it is answered`() {
        let proxy = Proxy()
        proxy.respond(180)
        _ = proxy.cancel()
        _ = proxy.taken()
        #expect(
            proxy.run(milliseconds: 1_600) == [
                Timed(500, .resendCancel(branch: 0)), Timed(1_500, .resendCancel(branch: 0)),
            ])
        proxy.request.receiveCancelResponse(from: 0, at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.run(milliseconds: 10_000).isEmpty)
    }

    @Test func `a 200 that crosses the CANCEL wins`() {
        let proxy = Proxy()
        proxy.respond(180)
        _ = proxy.cancel()
        _ = proxy.taken()
        proxy.respond(200)
        #expect(proxy.taken() == [.forwardReply(branch: 0)])
    }

    @Test func `CANCEL after the final reply finds nothing`() {
        let proxy = Proxy()
        proxy.respond(200)
        _ = proxy.taken()
        #expect(!proxy.cancel())
        #expect(proxy.taken().isEmpty)
    }

    @Test func `CANCEL of a request without branches is answered 487`() {
        let proxy = Proxy(branches: 0)
        #expect(!proxy.cancel())
        #expect(proxy.taken() == [.sendReply(code: 487, branch: nil)])
    }

    @Test func `cancel_b_method 0 answers 487 at once`() {
        let proxy = Proxy { settings, _ in settings.cancelMethod = .giveUp }
        _ = proxy.cancel()
        #expect(proxy.taken() == [.sendReply(code: 487, branch: 0)])
    }

    @Test func `a final reply of our own cancels the branches`() {
        let proxy = Proxy()
        proxy.respond(180)
        _ = proxy.taken()
        let isSent = proxy.reply(480)
        let isSentAgain = proxy.reply(486)
        #expect(isSent)
        #expect(!isSentAgain)
        #expect(
            proxy.taken() == [
                .sendReply(code: 480, branch: nil), .sendCancel(branch: 0, cause: 480, isDelayed: false),
            ])
    }
}

@Suite struct ForkedRequestFailureTests {
    @Test func `the failure route runs for the best response, which is forwarded if it does nothing`() {
        let proxy = Proxy(branches: 2, options: .failureRoute)
        proxy.respond(486, from: 0)
        proxy.respond(404, from: 1)
        #expect(proxy.taken().last == .runFailureRoute(branch: 1))
        proxy.finishFailureRoute()
        #expect(proxy.taken() == [.forwardReply(branch: 1)])
    }

    @Test func `a new leg decides alone`() {
        let proxy = Proxy(options: .failureRoute)
        proxy.respond(404)
        proxy.addBranch()
        proxy.finishFailureRoute()
        #expect(proxy.taken() == [.sendAck(branch: 0), .runFailureRoute(branch: 0)])
        proxy.respond(486, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 1)])
    }

    @Test func `with failure_reply_mode 0 the earlier leg takes part, and its failure route runs again`() {
        let proxy = Proxy(options: .failureRoute) { settings, _ in settings.failureReplyMode = .keepAll }
        proxy.respond(404)
        proxy.addBranch()
        proxy.finishFailureRoute()
        _ = proxy.taken()
        proxy.respond(486, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .runFailureRoute(branch: 0)])
    }

    @Test func `with failure_reply_mode 2 only the last leg is dropped`() {
        let proxy = Proxy(options: .failureRoute) { settings, _ in settings.failureReplyMode = .dropLastLeg }
        proxy.respond(404)
        proxy.addBranch(.failureRoute)
        proxy.finishFailureRoute()
        proxy.respond(486, from: 1)
        proxy.addBranch()
        proxy.finishFailureRoute()
        _ = proxy.taken()
        proxy.respond(488, from: 2)
        #expect(proxy.taken().last == .forwardReply(branch: 2))
        #expect(proxy.request.branches.map(\.isDropped) == [true, true, false])
    }

    @Test func `a reply in the failure route is the final one`() {
        let proxy = Proxy(options: .failureRoute)
        proxy.respond(486)
        _ = proxy.reply(480)
        proxy.finishFailureRoute()
        #expect(
            proxy.taken() == [
                .sendAck(branch: 0), .runFailureRoute(branch: 0), .sendReply(code: 480, branch: nil),
            ])
    }

    @Test func `a branch that ends while the failure route is still running waits for it`() {
        let proxy = Proxy(options: .failureRoute)
        proxy.respond(486)
        proxy.addBranch()
        proxy.respond(404, from: 1)
        #expect(!proxy.taken().contains(.forwardReply(branch: 1)))
        proxy.finishFailureRoute()
        #expect(proxy.taken() == [.forwardReply(branch: 1)])
    }

    @Test func `CANCEL while the failure route runs leaves the answer to its end`() {
        let proxy = Proxy(options: .failureRoute)
        proxy.respond(486)
        #expect(!proxy.cancel())
        _ = proxy.taken()
        proxy.finishFailureRoute()
        #expect(proxy.taken() == [.forwardReply(branch: 0)])
    }

    @Test func `a branch-failure route may replace a branch while another rings`() {
        let proxy = Proxy(branches: 2, options: .branchFailureRoute)
        proxy.respond(180, from: 1)
        _ = proxy.taken()
        proxy.respond(430, from: 0)
        #expect(proxy.taken() == [.sendAck(branch: 0), .runBranchFailureRoute(branch: 0)])
        proxy.addBranch()
        proxy.request.continueAfterFailure(of: 0, at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken().isEmpty)
        proxy.respond(486, from: 1)
        proxy.request.continueAfterFailure(of: 1, at: proxy.clock.now, into: &proxy.actions)
        proxy.respond(404, from: 2)
        #expect(proxy.taken().last == .forwardReply(branch: 2))
    }

    @Test(arguments: [408, 503])
    func `another destination is tried when the first is unreachable`(code: Int) {
        let proxy = Proxy(options: .moreDestinations)
        if code == 503 { proxy.respond(503) } else { proxy.actions = proxy.run(milliseconds: 30_000).map(\.value) }
        #expect(proxy.taken().last == .tryNextDestination(branch: 0))
        proxy.addBranch()
        proxy.request.continueAfterFailure(of: 0, isReplaced: true, at: proxy.clock.now, into: &proxy.actions)
        proxy.respond(404, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 1)])
    }

    @Test func `a transport error counts as 503`() {
        let proxy = Proxy()
        proxy.request.failSending(to: 0, at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken() == [.sendReply(code: 500, branch: 0)])
        #expect(proxy.request.branches[0].isStatusLocal)
    }

    @Test func `the failure is final when no destination is left`() {
        let proxy = Proxy(options: [.moreDestinations, .failureRoute])
        proxy.request.failSending(to: 0, at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken() == [.tryNextDestination(branch: 0)])
        proxy.request.continueAfterFailure(of: 0, at: proxy.clock.now, into: &proxy.actions)
        #expect(proxy.taken() == [.runFailureRoute(branch: 0)])
    }
}

@Suite struct SuspendedRequestTests {
    @Test func `a suspended request stays open and goes on with new branches`() {
        let proxy = Proxy(branches: 0)
        #expect(proxy.suspend() == 0)
        #expect(proxy.run(milliseconds: 100_000).isEmpty)
        #expect(proxy.resume(0))
        #expect(!proxy.resume(0))
        proxy.addBranch()
        proxy.respond(486, from: 1)
        #expect(proxy.taken() == [.sendAck(branch: 1), .forwardReply(branch: 1)])
    }

    @Test func `a suspended request that is never resumed times out`() {
        let proxy = Proxy(branches: 0)
        _ = proxy.suspend()
        #expect(proxy.run(milliseconds: 120_000) == [Timed(120_000, .sendReply(code: 408, branch: 0))])
    }

    @Test func `a suspended request that is cancelled is answered 487`() {
        let proxy = Proxy(branches: 0)
        _ = proxy.suspend()
        #expect(proxy.cancel())
        #expect(proxy.taken() == [.sendReply(code: 487, branch: 0)])
    }
}
