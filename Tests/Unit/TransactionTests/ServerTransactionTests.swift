import Testing
import Transaction

@Suite struct ServerTransactionTests {
    private func invite(isReliable: Bool = false) -> Driver<ServerTransaction> {
        Driver { _ in ServerTransaction(isInvite: true, isReliable: isReliable, timers: TransactionTimers()) }
    }

    private func options() -> Driver<ServerTransaction> {
        Driver { _ in ServerTransaction(isInvite: false, isReliable: false, timers: TransactionTimers()) }
    }

    @Test func `timer G repeats a negative final reply until timer H`() {
        let transaction = invite()
        #expect(transaction.receive(.reply(code: 486, isOwn: true)) == .sendReply)
        let log = transaction.run(until: 36_000)
        #expect(
            log.filter { $0.value == .resendReply }.map(\.at) == [
                500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500,
            ])
        #expect(log.suffix(2) == [Timed(30_000, .reportMissingAck), Timed(35_000, .terminate)])
        #expect(transaction.machine.isTerminated)
    }

    @Test func `the ACK stops timer G and timer I ends the transaction`() {
        let transaction = invite()
        _ = transaction.receive(.reply(code: 486, isOwn: false))
        #expect(transaction.receive(.ack) == [])
        #expect(transaction.receive(.ack) == [])
        #expect(transaction.receive(.retransmission) == [])
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
    }

    @Test func `a reliable transport does not repeat a negative final reply`() {
        let transaction = invite(isReliable: true)
        _ = transaction.receive(.reply(code: 486, isOwn: false))
        #expect(transaction.run(until: 31_000) == [Timed(30_000, .reportMissingAck)])
    }

    @Test func `a forwarded 2xx is not repeated, further ones pass until timer L`() {
        let transaction = invite()
        #expect(transaction.receive(.reply(code: 200, isOwn: false)) == .sendReply)
        #expect(transaction.receive(.reply(code: 200, isOwn: false)) == .sendReply)
        #expect(transaction.receive(.reply(code: 486, isOwn: false)) == [])
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
        #expect(transaction.receive(.reply(code: 200, isOwn: false)) == [])
    }

    @Test(arguments: [false, true])
    func `a 2xx of our own is repeated until its ACK, on any transport`(isReliable: Bool) {
        let transaction = invite(isReliable: isReliable)
        _ = transaction.receive(.reply(code: 200, isOwn: true))
        #expect(transaction.run(until: 1_600) == [Timed(500, .resendReply), Timed(1_500, .resendReply)])
        #expect(transaction.receive(.ack) == [])
        #expect(transaction.run(until: 7_000) == [Timed(6_600, .terminate)])
    }

    @Test func `a late 2xx overrides a negative final reply`() {
        let transaction = invite()
        _ = transaction.receive(.reply(code: 408, isOwn: true))
        #expect(transaction.receive(.reply(code: 200, isOwn: false)) == .sendReply)
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
    }

    @Test func `a repeated request gets the last reply again`() {
        let transaction = invite()
        #expect(transaction.receive(.reply(code: 100, isOwn: true)) == .sendReply)
        #expect(transaction.receive(.retransmission) == .resendReply)
        #expect(!transaction.machine.deadline.isSet)
    }

    @Test func `a released INVITE only absorbs`() {
        let transaction = invite()
        #expect(transaction.receive(.release) == [])
        #expect(transaction.receive(.retransmission) == [])
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
    }

    @Test func `timer J keeps another request after its final reply`() {
        let transaction = options()
        #expect(transaction.receive(.retransmission) == [])
        #expect(transaction.receive(.reply(code: 100, isOwn: true)) == .sendReply)
        #expect(transaction.receive(.retransmission) == .resendReply)
        #expect(transaction.receive(.reply(code: 200, isOwn: true)) == .sendReply)
        #expect(transaction.receive(.reply(code: 404, isOwn: true)) == [])
        #expect(transaction.receive(.retransmission) == .resendReply)
        #expect(transaction.run(until: 6_000) == [Timed(5_000, .terminate)])
    }
}
