import ModuleInterface
import NIOCore
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// The transactions of one worker, with the clock that drives them.
final class TransactionLayer {
    /// The worker, whose event loop this is confined to.
    let worker: Worker
    /// The module's parameters.
    let settings: TransactionSettings
    /// The module's counters.
    let statistics: TransactionStatistics
    /// The transactions by key and place.
    private var table = TransactionTable()
    /// What stands in each place of the table.
    private var entries: [TransactionEntry?] = []
    private var spareActions: [ProxyAction] = []
    private var wheel: TimerWheel
    private var isTicking = false
    private var serial: UInt64
    private var expired: [UInt64] = []
    /// Keys of requests whose script has not come to a transaction yet (`t_precheck_trans()`).
    var requestsInProgress: Set<HashValue> = []

    static let key = WorkerKey<TransactionLayer>()

    init(_ worker: Worker, settings: TransactionSettings, statistics: TransactionStatistics) {
        self.worker = worker
        self.settings = settings
        self.statistics = statistics
        wheel = TimerWheel(at: Self.clock)
        serial = UInt64(worker.index) << 48
    }

    /// The layer of the worker that processes a message.
    static func of(_ context: ScriptContext) -> TransactionLayer? {
        context.worker[key]
    }

    private static var clock: MonotonicInstant {
        MonotonicInstant(milliseconds: NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }

    /// The present moment.
    var now: MonotonicInstant { Self.clock }

    // MARK: Table

    /// Makes a transaction for the request of a context; nil when the table is full.
    func insert(_ context: ScriptContext, key: HashValue) -> RequestTransaction? {
        serial &+= 1
        let transaction = RequestTransaction(
            context, layer: self, key: key, identifier: worker.server.hasher.identifier(serial: serial))
        guard let slot = place(.request(transaction), key: key, identifier: transaction.identifier) else {
            return nil
        }
        transaction.slot = slot
        statistics.serverTransactions.add()
        if transaction.hasObservers { transaction.tell(.created) }
        return transaction
    }

    /// Forgets a transaction.
    func remove(_ transaction: RequestTransaction) {
        wheel.cancel(transaction.timer)
        transaction.timer = .none
        free(transaction.slot)
        statistics.freed.add()
    }

    /// Makes a transaction for a request made here; nil when the table is full.
    func insert(
        _ context: ScriptContext, destinations: [Destination], completion: @escaping (LocalRequestOutcome) -> Void
    ) -> LocalTransaction? {
        serial &+= 1
        let identifier = worker.server.hasher.identifier(serial: serial)
        let transaction = LocalTransaction(
            context, destinations: destinations, layer: self, identifier: identifier, completion: completion)
        // No request ever matches it, so its identifier serves as key.
        guard let slot = place(.local(transaction), key: identifier, identifier: identifier) else { return nil }
        transaction.slot = slot
        statistics.clientTransactions.add()
        return transaction
    }

    /// Forgets a request made here.
    func remove(_ transaction: LocalTransaction) {
        wheel.cancel(transaction.timer)
        transaction.timer = .none
        free(transaction.slot)
        statistics.freed.add()
    }

    private func place(_ entry: TransactionEntry, key: HashValue, identifier: HashValue) -> UInt32? {
        guard let place = table.insert(key: key, identifier: identifier) else { return nil }
        if Int(place) < entries.count { entries[Int(place)] = entry } else { entries.append(entry) }
        return place
    }

    private func free(_ place: UInt32) {
        table.remove(at: place)
        entries[Int(place)] = nil
    }

    private func entry(at place: UInt32) -> TransactionEntry? {
        Int(place) < entries.count ? entries[Int(place)] : nil
    }

    /// The transaction in a place of the table, if a request that came in has it.
    func request(at slot: UInt32) -> RequestTransaction? {
        entry(at: slot)?.request
    }

    /// All transactions of requests that came in.
    var requests: some Sequence<RequestTransaction> { entries.lazy.compactMap { $0?.request } }

    /// Gives a response to its transaction; false when there is none.
    func receiveResponse(_ context: ScriptContext) -> Bool {
        guard let text = context.message.topVia?.branch, let branch = BranchParameter(parsing: text),
            table.contains(branch.slot, identifier: branch.identifier), let entry = entry(at: branch.slot)
        else { return false }
        switch entry {
        case .request(let transaction): transaction.receiveResponse(context, branch: branch.branch)
        case .local(let transaction): transaction.receiveResponse(context.message, branch: branch.branch)
        }
        return true
    }

    /// Makes a transaction known to the ACK of its 2xx, which has a branch of its own.
    func addDialogKey(_ transaction: RequestTransaction) {
        guard let key = dialogKey(of: transaction.context.message) else { return }
        table.addDialogKey(key, at: transaction.slot)
    }

    /// The key by which a request matches its transaction (RFC 3261 §17.2.3); nil for a message without one.
    func key(of message: SIPMessage, method: Method? = nil) -> HashValue? {
        guard let via = message.topVia, let own = message.method else { return nil }
        let hasher = worker.server.hasher
        if via.hasMagicCookie, let branch = via.branch {
            return hasher.key(branch: branch, host: via.host, port: via.port, method: method ?? own)
        }
        return hasher.rfc2543Key(
            requestURI: message.requestURI ?? "", fromTag: message.from?.tag ?? "", callID: message.callID ?? "",
            sequenceNumber: UInt64(message.cseq?.number ?? 0), via: via.text, method: method ?? own)
    }

    /// The transaction of a request with that method.
    func find(_ message: SIPMessage, method: Method? = nil) -> RequestTransaction? {
        key(of: message, method: method).flatMap { find(key: $0) }
    }

    /// The transaction of a request with that key.
    func find(key: HashValue) -> RequestTransaction? {
        table.place(forKey: key).flatMap { entry(at: $0)?.request }
    }

    /// The INVITE transaction whose 2xx this ACK answers.
    func findAcknowledged(_ message: SIPMessage) -> RequestTransaction? {
        guard table.hasDialogKeys, let tag = message.to?.tag, let key = dialogKey(of: message) else { return nil }
        let place = table.place(forDialogKey: key) { entry(at: $0)?.request?.hasAnswered(withTag: tag) ?? false }
        return place.flatMap { entry(at: $0)?.request }
    }

    private func dialogKey(of message: SIPMessage) -> HashValue? {
        guard let callID = message.callID, let cseq = message.cseq else { return nil }
        return worker.server.hasher.dialogKey(
            callID: callID, fromTag: message.from?.tag ?? "", sequenceNumber: UInt64(cseq.number))
    }

    // MARK: Time

    /// Has a transaction called back at its next deadline; an earlier call stays as it is and comes too early.
    func schedule(_ entry: TransactionEntry) {
        let deadline = entry.deadline
        let timer = entry.timer
        guard deadline.isSet, deadline < timer.deadline else { return }
        wheel.cancel(timer.token)
        entry.timer = (wheel.schedule(UInt64(entry.slot), at: deadline), deadline)
        startTicking()
    }

    private func startTicking() {
        guard !isTicking else { return }
        isTicking = true
        scheduleTick()
    }

    private func scheduleTick() {
        worker.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(TimerWheel.tickMilliseconds))) {
            self.tick()
        }
    }

    private func tick() {
        var due = expired
        expired = []
        wheel.advance(to: now, into: &due)
        for slot in due {
            guard let entry = entry(at: UInt32(truncatingIfNeeded: slot)) else { continue }
            entry.timer = (.none, .never)
            entry.expire()
        }
        due.removeAll(keepingCapacity: true)
        expired = due
        if wheel.isEmpty { isTicking = false } else { scheduleTick() }
    }

    // MARK: Sending

    /// An empty array for actions, with the storage of an earlier one.
    func takeActions() -> [ProxyAction] {
        var actions: [ProxyAction] = []
        swap(&actions, &spareActions)
        return actions
    }

    /// Takes the storage of an array of actions back.
    func giveBack(_ actions: consuming [ProxyAction]) {
        var actions = actions
        actions.removeAll(keepingCapacity: true)
        spareActions = actions
    }

    /// Sends bytes without caring whether they arrive.
    func send(_ bytes: [UInt8], to destination: Destination) {
        worker.server.transport.send(bytes, to: destination, from: worker.index)
    }
}
