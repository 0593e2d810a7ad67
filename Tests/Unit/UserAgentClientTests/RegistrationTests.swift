import Database
import SIPMessage
import TestSupport
import Testing

@testable import UserAgentClientModule

@Suite struct RegistrationTests {
    private static let timing = Registration.Timing(intervalSeconds: 10, retrySeconds: 30)

    private static func record(_ change: (inout RegistrationRecord) -> Void = { _ in }) -> RegistrationRecord {
        var record = RegistrationRecord(identifier: "trunk")
        record.remoteUser = "remote"
        record.remoteDomain = "carrier.test"
        record.authUser = "user"
        record.password = "secret"
        record.proxy = "sip:192.0.2.1"
        record.expiresSeconds = 300
        record.contactAddress = "192.0.2.9:5060"
        record.contactUser = "trunk"
        change(&record)
        return record
    }

    private static func response(_ status: Int, _ headers: String = "") throws -> SIPMessage {
        try SIPMessage.parse(
            Array(
                """
                SIP/2.0 \(status) X\r
                Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r
                From: <sip:remote@carrier.test>;tag=1\r
                To: <sip:remote@carrier.test>;tag=2\r
                Call-ID: c\r
                CSeq: 10 REGISTER\r
                \(headers)Content-Length: 0\r
                \r

                """.utf8))
    }

    private static let contact = "Contact: <sip:trunk@192.0.2.9:5060>;expires=200\r\n"
    private static let challenge = "WWW-Authenticate: Digest realm=\"carrier.test\", nonce=\"n\"\r\n"

    /// Tokens in order, so that attempts can be told apart.
    private final class Tokens {
        private var count = 0

        func next() -> ByteString {
            count += 1
            return ByteString("token\(count)")
        }
    }

    private let tokens = Tokens()

    private func begin(_ registration: inout Registration, now: Int = 0) throws -> Registration.Attempt {
        let attempt = registration.attempt(now: now, makeToken: tokens.next)
        return try #require(attempt)
    }

    @Test func `it is made at the start and again before it ends`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        #expect(attempt.sequenceNumber == 10)
        #expect(attempt.expiresSeconds == 300)
        #expect(registration.attempt(now: 1, makeToken: tokens.next) == nil)
        #expect(registration.status(now: 1) == -2)
        let next = registration.receive(
            try Self.response(200, Self.contact), to: attempt, now: 5, makeToken: tokens.next)
        #expect(next == nil)
        #expect(registration.endsAt == 205)
        #expect(registration.status(now: 100) == 1)
        #expect(registration.attempt(now: 191, makeToken: tokens.next) == nil)
        let again = try begin(&registration, now: 192)
        #expect(again.callID != attempt.callID)
        #expect(again.sequenceNumber == 10)
    }

    @Test func `a Call-ID that is kept goes on counting`() throws {
        var timing = Self.timing
        timing.keepsCallID = true
        var registration = Registration(Self.record(), timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.receive(try Self.response(200, Self.contact), to: attempt, now: 0, makeToken: tokens.next)
        let again = try begin(&registration, now: 199)
        #expect(again.callID == attempt.callID)
        #expect(again.sequenceNumber == 11)
    }

    @Test func `a challenge is answered once`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        let challenge = try Self.response(401, Self.challenge)
        let next = registration.receive(challenge, to: attempt, now: 1, makeToken: tokens.next)
        let answer = try #require(next)
        #expect(answer.callID == attempt.callID)
        #expect(answer.tag == attempt.tag)
        #expect(answer.sequenceNumber == 11)
        #expect(answer.authorization.hasPrefix("Authorization: Digest username=\"user\", realm=\"carrier.test\""))
        #expect(registration.flags.contains([.ongoing, .authenticated]))
        #expect(registration.receive(challenge, to: answer, now: 2, makeToken: tokens.next) == nil)
        #expect(registration.flags == .begun)
        #expect(registration.endsAt == 32)
    }

    @Test func `a challenge of another realm is a failure`() throws {
        var registration = Registration(Self.record { $0.realm = "other.test" }, Self.timing, now: 0)
        let attempt = try begin(&registration)
        let challenge = try Self.response(401, Self.challenge)
        #expect(registration.receive(challenge, to: attempt, now: 1, makeToken: tokens.next) == nil)
        #expect(registration.endsAt == 31)
    }

    @Test func `a failure is tried again, or disables it`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        var attempt = try begin(&registration)
        _ = registration.receive(nil, to: attempt, now: 40, makeToken: tokens.next)
        #expect(registration.attempt(now: 56, makeToken: tokens.next) == nil)
        attempt = try begin(&registration, now: 57)
        #expect(attempt.sequenceNumber == 10)
        var impatient = Registration(Self.record(), .init(intervalSeconds: 10, retrySeconds: 0), now: 0)
        attempt = try begin(&impatient)
        _ = impatient.receive(try Self.response(403), to: attempt, now: 1, makeToken: tokens.next)
        #expect(impatient.status(now: 2) == -3)
    }

    @Test func `an answer without the contact is a failure`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.receive(
            try Self.response(200, "Contact: <sip:other@192.0.2.9>\r\n"), to: attempt, now: 1, makeToken: tokens.next)
        #expect(!registration.flags.contains(.online))
        #expect(registration.endsAt == 31)
    }

    @Test(arguments: [
        ("Contact: <sip:trunk@x>;expires=100\r\nExpires: 50\r\n", 100),
        ("Contact: <sip:trunk@x>\r\nExpires: 50\r\n", 50),
        ("Contact: <sip:trunk@x>\r\n", 300), ("Contact: <sip:trunk@x>;expires=9999999999\r\n", 31_536_000),
    ])
    func `the answer says how long it holds`(headers: String, seconds: Int) throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.receive(try Self.response(200, headers), to: attempt, now: 0, makeToken: tokens.next)
        #expect(registration.endsAt == seconds)
    }

    @Test func `a longer time is asked for when the server wants one`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.receive(
            try Self.response(423, "Min-Expires: 1000\r\n"), to: attempt, now: 1, makeToken: tokens.next)
        #expect(try begin(&registration, now: 1).expiresSeconds == 1000)
    }

    @Test func `the delay and the disabled flag keep it from being made`() {
        var late = Registration(Self.record { $0.delaySeconds = 60 }, Self.timing, now: 0)
        let early = late.attempt(now: 59, makeToken: tokens.next)
        #expect(early == nil)
        let due = late.attempt(now: 60, makeToken: tokens.next)
        #expect(due != nil)
        var disabled = Registration(Self.record { $0.isDisabled = true }, Self.timing, now: 0)
        #expect(disabled.attempt(now: 0, makeToken: tokens.next) == nil)
        disabled.enable()
        #expect(disabled.attempt(now: 0, makeToken: tokens.next) != nil)
    }

    @Test func `it is taken back by an Expires of 0`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.receive(try Self.response(200, Self.contact), to: attempt, now: 0, makeToken: tokens.next)
        let left = registration.leave(makeToken: tokens.next)
        #expect(left.expiresSeconds == 0)
        _ = registration.receive(try Self.response(200), to: left, now: 5, makeToken: tokens.next)
        #expect(registration.status(now: 6) == -3)
        #expect(registration.attempt(now: 500, makeToken: tokens.next) == nil)
        registration.enable()
        #expect(try begin(&registration, now: 500).expiresSeconds == 300)
    }

    @Test func `an answer to an older attempt is passed over`() throws {
        var registration = Registration(Self.record(), Self.timing, now: 0)
        let attempt = try begin(&registration)
        _ = registration.leave(makeToken: tokens.next)
        _ = registration.receive(try Self.response(200, Self.contact), to: attempt, now: 1, makeToken: tokens.next)
        #expect(!registration.flags.contains(.online))
    }

    // MARK: - Records

    @Test(arguments: [
        (record { $0.identifier = "" }, "l_uuid is empty"),
        (record { $0.expiresSeconds = -1 }, "expires -1 is not from 0 to 31536000"),
        (record { $0.proxy = "nonsense" }, "auth_proxy 'nonsense' is no SIP URI"),
        (record { $0.contactAddress = "a b" }, "contact_addr 'a b' is no host with a port"),
        (
            record { $0.remoteDomain = "x>\r\nEvil: 1" },
            "r_username 'remote' and r_domain 'x>\r\nEvil: 1' make no URI"
        ),
    ])
    func `a row that cannot be used is refused with the reason`(record: RegistrationRecord, reason: String) {
        do throws(RegistrationRecord.Problem) {
            try record.check()
            Issue.record("the row was accepted")
        } catch {
            #expect(error.reason == reason)
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `rows are read with the Contact that they lack`(engine: DatabaseUnderTest) throws {
        let place = try engine.database([.standard, .extra])
        defer { withExtendedLifetime(place) {} }
        let connection = try place.open()
        _ = try connection.execute(
            "INSERT INTO uacreg (l_uuid, r_username, r_domain, expires, flags, contact_addr) VALUES (?, ?, ?, ?, ?, ?)",
            ["one", "r", "d.test", 60, 1, ""])
        _ = try connection.execute(
            "INSERT INTO uacreg (l_uuid, r_username, r_domain, contact_addr) VALUES (?, ?, ?, ?)",
            ["two", "r", "d.test", "192.0.2.2:5060"])
        let columns = try RegistrationTable.columnNames.map { try #require(SQLIdentifier($0)) }
        let table = RegistrationTable(table: "uacreg", columns: columns, contactAddress: "192.0.2.9")
        let all = try table.records(connection)
        #expect(all.map(\.contactAddress) == ["192.0.2.9", "192.0.2.2:5060"])
        #expect(all.map(\.isDisabled) == [true, false])
        #expect(try table.records(identifier: "two", connection).map(\.identifier) == ["two"])
    }
}
