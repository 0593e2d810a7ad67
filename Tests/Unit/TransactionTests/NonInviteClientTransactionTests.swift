import Testing
import Transaction

@Suite struct NonInviteClientTransactionTests {
    @Test func `timer E doubles up to T2 and timer F ends it`() {
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: false, timers: TransactionTimers()) }
        let log = transaction.run(until: 36_000)
        #expect(
            log.filter { $0.value == .sendRequest }.map(\.at) == [
                500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500,
            ])
        #expect(log.suffix(2) == [Timed(30_000, .reportTimeout), Timed(35_000, .terminate)])
    }

    @Test func `a provisional response slows retransmission down to T2`() {
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: false, timers: TransactionTimers()) }
        #expect(transaction.receive(.response(100)) == .passResponse)
        #expect(transaction.run(until: 9_000).map(\.at) == [4_000, 8_000])
    }

    @Test func `retransmitted final responses are absorbed until timer K`() {
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: false, timers: TransactionTimers()) }
        #expect(transaction.receive(.response(200)) == .passResponse)
        #expect(transaction.receive(.response(200)) == [])
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
    }

    @Test func `timer K is zero on a reliable transport`() {
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: true, timers: TransactionTimers()) }
        _ = transaction.receive(.response(200))
        #expect(transaction.run(until: 0) == [Timed(0, .terminate)])
    }

    @Test func `it cannot be cancelled`() {
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: false, timers: TransactionTimers()) }
        #expect(transaction.receive(.cancel) == [])
        #expect(transaction.machine.isPending)
    }

    @Test func `the lifetime bounds the wait`() {
        var timers = TransactionTimers()
        timers.nonInviteLifetime = 2_000
        let transaction = Driver { NonInviteClientTransaction(at: $0, isReliable: true, timers: timers) }
        #expect(transaction.run(until: 3_000).first == Timed(2_000, .reportTimeout))
    }
}
