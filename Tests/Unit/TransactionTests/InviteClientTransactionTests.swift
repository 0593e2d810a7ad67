import Testing
import Transaction

@Suite struct InviteClientTransactionTests {
    private func start(isReliable: Bool = false, _ method: CancelMethod = .waitForProvisional)
        -> Driver<InviteClientTransaction>
    {
        Driver {
            InviteClientTransaction(
                at: $0, isReliable: isReliable, timers: TransactionTimers(), cancelMethod: method)
        }
    }

    @Test func `timer A doubles up to T2 and timer B ends it`() {
        let transaction = start()
        let log = transaction.run(until: 40_000)
        let sent = log.filter { $0.value == .sendRequest }.map(\.at)
        #expect(sent == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500])
        #expect(log.last == Timed(30_000, .reportTimeout))
        #expect(transaction.machine.state == .completed)
    }

    @Test func `a reliable transport is not retransmitted on`() {
        let transaction = start(isReliable: true)
        #expect(transaction.run(until: 31_000) == [Timed(30_000, .reportTimeout)])
    }

    @Test func `a 100 stops retransmission and starts timer C`() {
        let transaction = start()
        transaction.wait(milliseconds: 200)
        #expect(transaction.receive(.response(100)) == .passResponse)
        #expect(transaction.machine.state == .proceeding)
        let log = transaction.run(until: 120_200)
        #expect(log == [Timed(120_200, [.sendCancel, .reportTimeout])])
    }

    @Test func `each provisional response restarts timer C until the lifetime is over`() {
        let transaction = start()
        _ = transaction.receive(.response(180))
        #expect(transaction.run(until: 100_000).isEmpty)
        _ = transaction.receive(.response(183))
        #expect(transaction.run(until: 170_000).isEmpty)
        _ = transaction.receive(.response(180))
        #expect(transaction.run(until: 181_000).first == Timed(180_000, [.sendCancel, .reportTimeout]))
    }

    @Test func `timer C does not restart when it is configured not to`() {
        var timers = TransactionTimers()
        timers.restartsOnEachReply = false
        let transaction = Driver { InviteClientTransaction(at: $0, isReliable: false, timers: timers) }
        _ = transaction.receive(.response(180))
        transaction.wait(milliseconds: 60_000)
        _ = transaction.receive(.response(183))
        #expect(transaction.run(until: 130_000).first?.at == 120_000)
    }

    @Test func `a final response is acknowledged each time it comes and passed once`() {
        let transaction = start()
        #expect(transaction.receive(.response(486)) == [.sendAck, .passResponse])
        #expect(transaction.receive(.response(486)) == .sendAck)
        #expect(transaction.receive(.response(180)) == [])
        #expect(transaction.run(until: 40_000) == [Timed(32_000, .terminate)])
        #expect(transaction.machine.state == .terminated)
    }

    @Test func `every 2xx is passed until timer M`() {
        let transaction = start()
        #expect(transaction.receive(.response(200)) == .passResponse)
        #expect(transaction.receive(.response(200)) == .passResponse)
        #expect(transaction.receive(.response(486)) == [])
        #expect(transaction.run(until: 40_000) == [Timed(32_000, .terminate)])
        #expect(transaction.receive(.response(200)) == [])
    }

    @Test func `CANCEL waits for a provisional response`() {
        let transaction = start()
        #expect(transaction.receive(.cancel) == [])
        #expect(transaction.run(until: 600) == [Timed(500, .sendRequest)])
        #expect(transaction.receive(.response(180)) == [.sendCancel, .passResponse])
        #expect(transaction.receive(.cancel) == [])
    }

    @Test func `a CANCEL that waits is dropped when the final response comes first`() {
        let transaction = start()
        _ = transaction.receive(.cancel)
        #expect(transaction.receive(.response(200)) == .passResponse)
    }

    @Test func `CANCEL is retransmitted until it is answered`() {
        let transaction = start()
        _ = transaction.receive(.response(180))
        #expect(transaction.receive(.cancel) == .sendCancel)
        #expect(transaction.run(until: 1_600) == [Timed(500, .sendCancel), Timed(1_500, .sendCancel)])
        #expect(transaction.receive(.cancelResponse) == [])
        #expect(transaction.run(until: 31_999).isEmpty)
        #expect(transaction.receive(.response(487)) == [.sendAck, .passResponse])
    }

    @Test func `a callee that never ends a cancelled INVITE is given up after 64 T1`() {
        let transaction = start()
        _ = transaction.receive(.response(180))
        _ = transaction.receive(.cancel)
        _ = transaction.receive(.cancelResponse)
        #expect(transaction.run(until: 33_000) == [Timed(32_000, .reportTimeout)])
    }

    @Test func `cancel_b_method 0 gives the branch up at once and acknowledges what comes late`() {
        let transaction = start(.giveUp)
        #expect(transaction.receive(.cancel) == .reportCancelled)
        #expect(transaction.receive(.response(404)) == .sendAck)
    }

    @Test func `cancel_b_method 2 cancels without waiting`() {
        let transaction = start(.sendAnyway)
        #expect(transaction.receive(.cancel) == .sendCancel)
    }

    @Test func `a transport error is reported once`() {
        let transaction = start()
        #expect(transaction.receive(.transportError) == .reportTransportError)
        #expect(transaction.receive(.transportError) == [])
        #expect(!transaction.machine.isPending)
    }

    @Test func `a late 486 after the time-out is acknowledged but not passed`() {
        let transaction = start()
        _ = transaction.run(until: 31_000)
        #expect(transaction.receive(.response(486)) == .sendAck)
    }

    @Test func `a late 200 after the time-out is passed`() {
        let transaction = start()
        _ = transaction.run(until: 31_000)
        #expect(transaction.receive(.response(200)) == .passResponse)
    }

    @Test func `changed timers apply to the running transaction`() {
        var timers = TransactionTimers()
        let transaction = start()
        timers.finalResponse = 1_000
        transaction.machine.setTimers(timers, at: transaction.clock.now)
        #expect(transaction.run(until: 2_000).last == Timed(1_000, .reportTimeout))
    }
}
