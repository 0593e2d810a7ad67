import LocationModule
import Logging
import ModuleInterface
import NIOCore
import NetworkAddress
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization
import Transport

/// Sends something to each contact in each interval, so that address translators keep the way to it open.
///
/// The workers share the parts of usrloc's tables; what a part holds is sent in small lots, so that messages are not
/// kept waiting.
final class Keepalive: Sendable {
    private static let tick = TimeAmount.milliseconds(50)
    private static let ticksInSecond = 20
    /// Most keepalives in one tick of a worker, unless the interval would be missed.
    private static let lotMin = 64

    let settings: KeepaliveSettings
    private let contacts: any RegisteredContacts
    private let counters: KeepaliveCounters
    private let request: KeepaliveRequest
    private let enabled = Atomic<Bool>(true)
    private let number = Atomic<UInt64>(UInt64.random(in: 0...UInt64(UInt32.max)))
    /// When each contact last answered, or got its first keepalive, by ruid.
    private let answers = Mutex<[ByteString: Int]>([:])

    init(_ settings: KeepaliveSettings, _ contacts: any RegisteredContacts, _ counters: KeepaliveCounters) {
        self.settings = settings
        self.contacts = contacts
        self.counters = counters
        request = KeepaliveRequest(settings: settings, key: .random(in: .min ... .max))
    }

    /// Whether they are sent (`nathelper.enable_ping`).
    var isEnabled: Bool {
        get { enabled.load(ordering: .relaxed) }
        set { enabled.store(newValue, ordering: .relaxed) }
    }

    /// What one worker still has to do.
    private final class Share {
        var part: Int
        var ticks = 0
        var waiting: [RegisteredContact] = []

        init(part: Int) {
            self.part = part
        }
    }

    func start(on worker: Worker) {
        worker.replyHandlers.insert({ [self] in receive($0.message) }, at: 0)
        let share = Share(part: worker.index)
        guard worker.index < contacts.partCount else { return }
        let bound = NIOLoopBound((worker, share), eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { [self] _ in
            step(bound.value.1, bound.value.0)
        }
    }

    // MARK: - Sending

    private func step(_ share: Share, _ worker: Worker) {
        guard isEnabled else { return }
        let workers = max(1, worker.server.workerCount)
        let parts = max(1, contacts.partCount / workers)
        let ticks = settings.intervalSeconds * Self.ticksInSecond
        let due = (share.ticks + 1) * parts / ticks - share.ticks * parts / ticks
        share.ticks = (share.ticks + 1) % ticks
        for _ in 0..<due { take(share, worker, step: workers) }
        guard !share.waiting.isEmpty else { return }
        let count = min(share.waiting.count, max(Self.lotMin, share.waiting.count / 4))
        for contact in share.waiting.suffix(count) { ping(contact, worker) }
        share.waiting.removeLast(count)
        if worker.index == 0, share.ticks == 0 { forgetOld() }
    }

    private func take(_ share: Share, _ worker: Worker, step: Int) {
        let part = share.part
        share.part = part + step < contacts.partCount ? part + step : worker.index
        guard contacts.isDatabaseOnly else {
            share.waiting += ((try? contacts.contacts(inPart: part)) ?? []).filter(isWanted)
            return
        }
        worker.server.databases.run(on: worker.eventLoop, { [contacts] in try contacts.contacts(inPart: part) }) {
            switch $0 {
            case .success(let all): share.waiting += all.filter(self.isWanted)
            case .failure(let error):
                worker.server.logger.warning("contacts get no keepalives", metadata: ["error": "\(error)"])
            }
        }
    }

    private func isWanted(_ contact: RegisteredContact) -> Bool {
        if contact.branchFlags & settings.disabledFlag != 0 { return false }
        return !settings.natedOnly || contact.branchFlags & contacts.natFlag == contacts.natFlag
    }

    private func ping(_ contact: RegisteredContact, _ worker: Worker) {
        let getsRequest = settings.from != nil && contact.branchFlags & settings.requestFlag != 0
        if getsRequest, isDead(contact) { return remove(contact, worker) }
        guard let uri = try? SIPURI.parse(nextHop(contact, followsPath: getsRequest)),
            let target = ResolutionTarget(uri), target.transport == nil || target.transport == .udp
        else { return }
        let sockets = worker.server.transport.sockets
        let own = sockets.first { ByteString($0.description) == contact.socket }
        if settings.ownOnly, own == nil, !contact.socket.isEmpty { return }
        var resolved = target
        resolved.transport = .udp
        worker.server.resolver.resolve(resolved, worker: worker.index) { [self] destinations in
            guard let remote = destinations.first?.remote else { return }
            let candidates = [own, settings.forcedSocket(among: sockets)].compactMap { $0 }
            let socket =
                candidates.first { $0.transport == .udp && $0.endpoint.address.family == remote.address.family }
                ?? worker.server.transport.socket(for: .udp, family: remote.address.family)
            guard let socket else { return }
            let serial = number.wrappingAdd(1, ordering: .relaxed).newValue
            // Four zero bytes are no SIP message; whoever gets them drops them.
            let bytes = getsRequest ? request.bytes(to: contact, from: socket, number: serial) : [0, 0, 0, 0]
            worker.server.transport.send(
                bytes, to: Destination(transport: .udp, remote: remote, socket: socket), from: worker.index)
            counters.sent.add()
        }
    }

    /// Where a keepalive goes: the first Path for requests, else where the contact registered from, else its URI.
    private func nextHop(_ contact: RegisteredContact, followsPath: Bool) -> ByteString {
        if followsPath, !contact.path.isEmpty {
            var values = HeaderValues(contact.path).makeIterator()
            if let first = values.next(), let address = try? NameAddress.parse(first) { return address.uri }
        }
        return contact.received.isEmpty ? contact.uri : contact.received
    }

    // MARK: - Replies

    private func receive(_ message: SIPMessage) -> Bool {
        guard let ruid = request.contact(answering: message) else { return false }
        counters.answered.add()
        guard settings.timeoutSeconds > 0 else { return true }
        answers.withLock { if $0[ruid] != nil { $0[ruid] = WallClock.now.seconds } }
        return true
    }

    private func isDead(_ contact: RegisteredContact) -> Bool {
        guard settings.timeoutSeconds > 0 else { return false }
        let now = WallClock.now.seconds
        return answers.withLock { answers in
            guard let last = answers[contact.ruid] else {
                answers[contact.ruid.compacted()] = now
                return false
            }
            return now - last > settings.timeoutSeconds
        }
    }

    private func remove(_ contact: RegisteredContact, _ worker: Worker) {
        answers.withLock { $0[contact.ruid] = nil }
        let logger = worker.server.logger
        worker.server.databases.run(on: worker.eventLoop, { [contacts] in try contacts.removeDead(contact) }) {
            switch $0 {
            case .success:
                self.counters.removed.add()
                logger.debug("a contact that gives no reply was removed", metadata: ["contact": "\(contact.uri)"])
            case .failure(let error):
                logger.warning("a dead contact stays in the database", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Forgets contacts that are gone: those that live are removed or have answered before that.
    private func forgetOld() {
        let oldest = WallClock.now.seconds - 2 * (settings.timeoutSeconds + settings.intervalSeconds)
        answers.withLock { answers in answers = answers.filter { $0.value >= oldest } }
    }
}
