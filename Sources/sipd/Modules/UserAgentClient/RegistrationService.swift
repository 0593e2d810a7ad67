import Database
import DigestAuthentication
import Logging
import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
import Synchronization

/// Keeps the registrations of the table up.
final class RegistrationService: Sendable {
    /// By which field a registration is looked for.
    enum Filter: String, Sendable {
        case identifier = "l_uuid"
        case localUser = "l_username"
        case remoteUser = "r_username"
        case authUser = "auth_username"
    }

    /// A reload that was refused because rows cannot be used.
    struct Refused: Error, Sendable, CustomStringConvertible {
        private static let shownMax = 20
        let problems: [RegistrationRecord.Problem]

        var description: String {
            "\(problems.count) rows cannot be used, the registrations were not changed: "
                + problems.prefix(Self.shownMax).map(\.description).joined(separator: "; ")
        }
    }

    private struct State {
        /// In the order of the rows.
        var registrations: [Registration] = []
        var activity = 1
    }

    private let server: Server
    private let pool: DatabasePool
    let table: RegistrationTable
    let timing: Registration.Timing
    private let randomDelaySeconds: Int
    private let defaultSocket: ByteString?
    private let state: Mutex<State>

    init(
        _ pool: DatabasePool, _ table: RegistrationTable, _ timing: Registration.Timing, randomDelaySeconds: Int,
        activity: Int, defaultSocket: ByteString?, _ server: Server
    ) {
        self.pool = pool
        self.table = table
        self.timing = timing
        self.randomDelaySeconds = randomDelaySeconds
        self.defaultSocket = defaultSocket
        self.server = server
        state = Mutex(State(activity: activity))
    }

    /// All registrations.
    var all: [Registration] { state.withLock { $0.registrations } }

    /// The number that `uac.reg_active` shows; nothing is sent while it is 0.
    var activity: Int {
        get { state.withLock { $0.activity } }
        set { state.withLock { $0.activity = newValue } }
    }

    /// The first registration with a field.
    func find(_ filter: Filter, _ value: ByteString) -> Registration? {
        state.withLock { state in Self.index(filter, value, state.registrations).map { state.registrations[$0] } }
    }

    private static func index(_ filter: Filter, _ value: ByteString, _ all: [Registration]) -> Int? {
        all.firstIndex { registration in
            switch filter {
            case .identifier: registration.record.identifier == value
            case .localUser: registration.record.localUser == value
            case .remoteUser: registration.record.remoteUser == value
            case .authUser: registration.record.authUser == value
            }
        }
    }

    // MARK: - Records

    /// Checks that the table is there and has the right version.
    func checkVersion() async throws {
        try await server.databases.checkVersions(of: [table.table.name], like: "uacreg", in: pool)
    }

    /// Reads the table; registrations whose rows are the same go on as they are.
    ///
    /// - Parameter skippingBadRows: at the start bad rows are left out, since nothing older could stay.
    /// - Returns: the rows that were left out.
    /// - Throws: `Refused`, or why the table could not be read.
    func reload(skippingBadRows: Bool = false) async throws -> [RegistrationRecord.Problem] {
        let records = try await read(nil)
        var problems: [RegistrationRecord.Problem] = []
        var good: [RegistrationRecord] = []
        for record in records {
            do throws(RegistrationRecord.Problem) {
                try record.check()
                good.append(record)
            } catch {
                problems.append(error)
            }
        }
        guard skippingBadRows || problems.isEmpty else { throw Refused(problems: problems) }
        let now = WallClock.now.seconds
        let fresh = good.map { make($0, now) }
        state.withLock { state in
            let old = Dictionary(
                state.registrations.map { ($0.record.identifier, $0) }, uniquingKeysWith: { first, _ in first })
            state.registrations = zip(good, fresh).map { record, registration in
                guard let known = old[record.identifier], known.record == record else { return registration }
                return known
            }
        }
        return problems
    }

    /// Reads the row of one registration again and makes it anew; false when there is none.
    func refresh(_ identifier: ByteString) async throws -> Bool {
        guard let record = try await read(identifier).first else { return false }
        try record.check()
        put(make(record, WallClock.now.seconds))
        return true
    }

    /// Adds a registration that is in no table; false when there is one with its id.
    func add(_ record: RegistrationRecord) -> Bool {
        let registration = make(record, WallClock.now.seconds)
        return state.withLock { state in
            guard Self.index(.identifier, record.identifier, state.registrations) == nil else { return false }
            state.registrations.append(registration)
            return true
        }
    }

    /// Removes a registration from memory; false when there is none.
    func remove(_ identifier: ByteString) -> Bool {
        state.withLock { state in
            guard let index = Self.index(.identifier, identifier, state.registrations) else { return false }
            state.registrations.remove(at: index)
            return true
        }
    }

    private func read(_ identifier: ByteString?) async throws -> [RegistrationRecord] {
        try await server.databases.run { [pool, table] in
            try pool.withConnection { try table.records(identifier: identifier, $0) }
        }
    }

    private func make(_ record: RegistrationRecord, _ now: Int) -> Registration {
        var record = record
        if record.delaySeconds == 0, randomDelaySeconds > 0 {
            record.delaySeconds = Int.random(in: 0...randomDelaySeconds)
        }
        return Registration(record, timing, now: now)
    }

    private func put(_ registration: Registration) {
        state.withLock { state in
            if let index = Self.index(.identifier, registration.record.identifier, state.registrations) {
                state.registrations[index] = registration
            } else {
                state.registrations.append(registration)
            }
        }
    }

    // MARK: - Orders

    /// Enables or disables a registration; false when there is none.
    func set(enabled: Bool, _ filter: Filter, _ value: ByteString) -> Bool {
        let now = WallClock.now.seconds
        return state.withLock { state in
            guard let index = Self.index(filter, value, state.registrations) else { return false }
            if enabled { state.registrations[index].enable() } else { state.registrations[index].disable(now: now) }
            return true
        }
    }

    /// Takes a registration back; false when there is none.
    func unregister(_ filter: Filter, _ value: ByteString) -> Bool {
        let left = state.withLock { state -> (RegistrationRecord, Registration.Attempt)? in
            guard let index = Self.index(filter, value, state.registrations) else { return nil }
            let attempt = state.registrations[index].leave(makeToken: ChallengeAnswer.makeCnonce)
            return (state.registrations[index].record, attempt)
        }
        guard let (record, attempt) = left else { return false }
        send(attempt, record)
        return true
    }

    // MARK: - Requests

    /// Starts the timer, on one worker.
    func start(on worker: Worker) {
        let interval = TimeAmount.seconds(Int64(timing.intervalSeconds))
        worker.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [self] _ in sendDue() }
    }

    private func sendDue() {
        guard activity != 0 else { return }
        let now = WallClock.now.seconds
        let due = state.withLock { state in
            state.registrations.indices.compactMap { index -> (RegistrationRecord, Registration.Attempt)? in
                let attempt = state.registrations[index].attempt(now: now, makeToken: ChallengeAnswer.makeCnonce)
                return attempt.map { (state.registrations[index].record, $0) }
            }
        }
        for (record, attempt) in due { send(attempt, record) }
    }

    private func send(_ attempt: Registration.Attempt, _ record: RegistrationRecord) {
        guard let sender = server.interface((any LocalRequestSender).self) else { return }
        sender.send(request(attempt, record)) { [self] outcome in
            if case .notSent(let reason) = outcome {
                server.logger.warning(
                    "a registration cannot be sent",
                    metadata: ["registration": "\(record.identifier)", "reason": "\(reason)"])
            }
            let response: SIPMessage? = if case .response(let message) = outcome { message } else { nil }
            let now = WallClock.now.seconds
            let next = state.withLock { state -> Registration.Attempt? in
                guard let index = Self.index(.identifier, record.identifier, state.registrations) else { return nil }
                return state.registrations[index].receive(
                    response, to: attempt, now: now, makeToken: ChallengeAnswer.makeCnonce)
            }
            if let next { send(next, record) }
        }
    }

    private func request(_ attempt: Registration.Attempt, _ record: RegistrationRecord) -> LocalRequest {
        let address: ByteString = "<sip:" + record.remoteUser + "@" + record.remoteDomain + ">"
        var request = LocalRequest(.register, uri: "sip:" + record.remoteDomain)
        request.nextHop = record.proxy.isEmpty ? nil : record.proxy
        request.from = address + ";tag=" + attempt.tag
        request.to = address
        request.callID = attempt.callID
        request.sequenceNumber = attempt.sequenceNumber
        request.headers = "Contact: <sip:" + record.contactUser + "@" + record.contactAddress + ">\r\nExpires: "
        request.headers += ByteString(integer: attempt.expiresSeconds) + "\r\n" + attempt.authorization
        let socket = record.socket.isEmpty ? defaultSocket : record.socket
        request.socket = socket.flatMap { server.socket(named: $0) }
        return request
    }
}
