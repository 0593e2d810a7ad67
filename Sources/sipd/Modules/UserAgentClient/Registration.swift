import DigestAuthentication
import SIPMessage

/// One registration at another server: when it is made, what an answer means, and when it is tried again.
///
/// It takes the time in seconds and the answers, and says what to send; it has no clock and no socket.
struct Registration: Sendable {
    /// What it is in the middle of, with Kamailio's numbers.
    struct Flags: OptionSet, Sendable, Equatable {
        let rawValue: Int

        /// It is not made.
        static let disabled = Flags(rawValue: 1)
        /// A request is on its way.
        static let ongoing = Flags(rawValue: 2)
        /// The other server has accepted it.
        static let online = Flags(rawValue: 4)
        /// The request on its way has credentials.
        static let authenticated = Flags(rawValue: 8)
        /// A request was made at least once.
        static let begun = Flags(rawValue: 16)
    }

    /// When it is tried.
    struct Timing: Sendable, Equatable {
        /// Seconds between looks.
        var intervalSeconds: Int
        /// Seconds until a failed one is tried again; 0 disables it.
        var retrySeconds: Int
        /// Whether all requests of a registration have one Call-ID.
        var keepsCallID = false
        /// Seconds before its end in which it is made anew.
        static let marginSeconds = 3
    }

    /// A request to be sent.
    struct Attempt: Sendable, Equatable {
        let callID: ByteString
        let tag: ByteString
        var sequenceNumber: UInt32
        let expiresSeconds: Int
        /// The header line with credentials; empty for none.
        var authorization: ByteString = ""
    }

    private(set) var record: RegistrationRecord
    private(set) var flags: Flags
    /// When it ends, or is tried again; 0 for at once.
    private(set) var endsAt = 0
    let createdAt: Int
    private let timing: Timing
    private var attempt: Attempt?
    private var lastSequenceNumber: UInt32 = 9
    /// What it asks for; a server may demand more than the record has.
    private var expiresSeconds: Int
    private var isLeaving = false

    init(_ record: RegistrationRecord, _ timing: Timing, now: Int) {
        self.record = record
        self.timing = timing
        createdAt = now
        flags = record.isDisabled ? .disabled : []
        expiresSeconds = record.expiresSeconds
    }

    /// The number of seconds it asks for at present; 0 when it is taken back.
    var askedSeconds: Int { isLeaving ? 0 : expiresSeconds }

    /// The result of `uac_reg_status()`.
    func status(now: Int) -> Int {
        if flags.contains(.online), endsAt > now { return 1 }
        if flags.contains(.ongoing) { return -2 }
        return flags.contains(.disabled) ? -3 : -99
    }

    // MARK: - Requests

    /// The request that is due, or nil.
    mutating func attempt(now: Int, makeToken: () -> ByteString) -> Attempt? {
        guard flags.isDisjoint(with: [.disabled, .ongoing]), record.expiresSeconds > 0,
            endsAt <= now + timing.intervalSeconds + Timing.marginSeconds,
            now >= createdAt + record.delaySeconds || flags.contains(.begun)
        else { return nil }
        return begin(expires: expiresSeconds, makeToken: makeToken)
    }

    /// The request that takes it back; it is disabled then.
    mutating func leave(makeToken: () -> ByteString) -> Attempt {
        flags.insert(.disabled)
        isLeaving = true
        return begin(expires: 0, makeToken: makeToken)
    }

    private mutating func begin(expires: Int, makeToken: () -> ByteString) -> Attempt {
        let callID = timing.keepsCallID ? attempt?.callID : nil
        if callID == nil { lastSequenceNumber = 9 }
        lastSequenceNumber &+= 1
        let next = Attempt(
            callID: callID ?? makeToken(), tag: makeToken(), sequenceNumber: lastSequenceNumber,
            expiresSeconds: expires)
        attempt = next
        flags.insert([.ongoing, .begun])
        flags.remove(.authenticated)
        return next
    }

    // MARK: - Answers

    /// Takes the final response to an attempt, or nil for none; gives the request that follows at once.
    mutating func receive(
        _ response: SIPMessage?, to sent: Attempt, now: Int, makeToken: () -> ByteString
    ) -> Attempt? {
        guard flags.contains(.ongoing), sent == attempt else { return nil }
        flags.remove(.ongoing)
        guard let response, let status = response.status else { return fail(now) }
        switch status {
        case 200..<300: accept(response, now)
        case 401, 407:
            if let next = answer(response, sent, makeToken: makeToken) { return next }
            return fail(now)
        case 423:
            guard let least = Self.minimum(response), least > expiresSeconds, !isLeaving else { return fail(now) }
            expiresSeconds = least
            endsAt = now
        default: return fail(now)
        }
        return nil
    }

    private mutating func accept(_ response: SIPMessage, _ now: Int) {
        flags.remove(.authenticated)
        if isLeaving {
            flags.remove(.online)
            endsAt = now
            return
        }
        // An answer that does not list the contact does not say that it is there (RFC 3261 §10.3).
        guard let granted = granted(response) else { return _ = fail(now) }
        flags.insert(.online)
        endsAt = now + granted
    }

    /// The seconds that the answer gives this contact: its parameter, else the header Expires, else what was asked.
    private func granted(_ response: SIPMessage) -> Int? {
        guard let contacts = try? response.contacts() else { return nil }
        let own = contacts.first { $0.parsedURI?.user == record.contactUser }
        guard let own else { return nil }
        let header = response.firstHeader(.expires).flatMap { response.text(of: $0).trimmed().integerValue }
        let seconds = own.expires ?? header ?? expiresSeconds
        return min(max(seconds, 0), RegistrationRecord.expiresSecondsMax)
    }

    private static func minimum(_ response: SIPMessage) -> Int? {
        response.firstHeader(.minExpires).flatMap { response.text(of: $0).trimmed().integerValue }.flatMap {
            (1...RegistrationRecord.expiresSecondsMax).contains($0) ? $0 : nil
        }
    }

    private mutating func answer(
        _ response: SIPMessage, _ sent: Attempt, makeToken: () -> ByteString
    ) -> Attempt? {
        guard sent.authorization.isEmpty, let demand = ChallengeAnswer.Demand(response),
            record.realm.isEmpty || record.realm == demand.realm
        else { return nil }
        let isHashed = !record.ha1.isEmpty
        let credential = ClientCredential(
            user: record.authUser, realm: demand.realm, password: isHashed ? record.ha1 : record.password,
            isHashed: isHashed)
        guard
            let line = ChallengeAnswer.header(
                demand, credential, method: "REGISTER", uri: "sip:" + record.remoteDomain, cnonce: makeToken())
        else { return nil }
        var next = sent
        lastSequenceNumber &+= 1
        next.sequenceNumber = lastSequenceNumber
        next.authorization = line
        attempt = next
        flags.insert([.ongoing, .authenticated])
        return next
    }

    private mutating func fail(_ now: Int) -> Attempt? {
        flags.remove([.online, .authenticated])
        if isLeaving { return nil }
        if timing.retrySeconds == 0 { flags.insert(.disabled) }
        endsAt = now + timing.retrySeconds
        return nil
    }

    // MARK: - Orders

    /// Lets it be made, as soon as it is looked at.
    mutating func enable() {
        flags.remove(.disabled)
        isLeaving = false
        endsAt = 0
    }

    /// Keeps it from being made again; what the other server has stays until it ends there.
    mutating func disable(now: Int) {
        flags.insert(.disabled)
        endsAt = now
    }
}
