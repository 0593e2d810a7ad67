import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
import ScriptEngine

/// Follows the dialogs of one worker.
///
/// All messages of a Call-ID come to the same worker, so nothing here needs a lock.
final class DialogTracker {
    static let key = WorkerKey<DialogTracker>()

    /// Seconds that an ended dialog is kept, for what still comes of it.
    private static let deletedSeconds = 5

    unowned let worker: Worker
    let module: DialogsModule
    var table = DialogTable()
    let writer: DialogWriter?

    init(_ worker: Worker, _ module: DialogsModule) {
        self.worker = worker
        self.module = module
        writer = module.storage.map { DialogWriter($0, worker) }
    }

    static func of(_ context: ScriptContext) -> DialogTracker? {
        context.worker[key]
    }

    var settings: DialogSettings { module.settings }
    private var statistics: DialogStatistics { module.statistics }
    private var now: Int { WallClock.now.seconds }

    // MARK: - Finding

    /// The dialog that a message belongs to, by its Call-ID and tags.
    func dialog(of context: ScriptContext) -> Dialog? {
        if let known = DialogContext.existing(context)?.dialog { return known }
        let state = DialogContext.of(context)
        guard !state.wasLookedUp else { return nil }
        state.wasLookedUp = true
        guard let callID = context.message.callID, let fromTag = context.message.from?.tag else { return nil }
        let dialogs = table.dialogs(of: callID)
        for isEnded in [false, true] {
            for dialog in dialogs where (dialog.record.state == .deleted) == isEnded {
                guard let side = dialog.sender(fromTag: fromTag, toTag: context.message.to?.tag) else { continue }
                state.dialog = dialog
                state.sender = side
                return dialog
            }
        }
        return nil
    }

    // MARK: - Beginning

    /// Follows the dialog of an INVITE, or what comes inside of one (`dlg_manage()`).
    func manage(_ context: ScriptContext) -> Bool {
        guard context.message.to?.tag == nil else {
            follow(context, identifier: nil, matching: .byTags)
            return true
        }
        // DIFFERS: Kamailio follows requests of other methods too, which never become a call.
        guard context.message.method == .invite else { return true }
        if settings.detectsSpirals, let known = dialog(of: context), known.record.state != .deleted { return true }
        return make(context) != nil
    }

    private func make(_ context: ScriptContext) -> Dialog? {
        let message = context.message
        guard let callID = message.callID?.compacted(), let from = message.from, let tag = from.tag, let to = message.to
        else { return nil }
        let state = DialogContext.of(context)
        let entry = DialogIdentifier.entry(of: callID, size: settings.hashSize)
        var record = DialogRecord(
            identifier: .init(entry: entry, number: module.numbers.make()), callID: callID,
            fromURI: from.uri.compacted(), toURI: to.uri.compacted(),
            requestURI: (message.requestURI ?? "").compacted())
        record.caller = DialogLeg(
            tag: tag.compacted(), contact: message.contactURI, sequenceNumber: Int(message.cseq?.number ?? 0),
            routeSet: Self.joined(message.recordRouteValues),
            socket: ByteString(context.received?.socket.description ?? ""))
        record.createdAt = now
        record.lifetime = state.lifetime ?? module.lifetime(in: context) ?? settings.defaultLifetime
        record.sendsByeOnTimeout = state.sendsByeOnTimeout ?? settings.sendsBye
        record.keepsTimeout = settings.keepsTimeout
        record.timeoutRoute = state.timeoutRoute
        record.flags = state.flags
        record.variables = state.variables
        let dialog = Dialog(record)
        guard table.insert(dialog) else { return nil }
        dialog.hasTransaction = state.hasTransaction
        state.dialog = dialog
        state.sender = .caller
        for membership in state.profiles { enter(dialog, membership) }
        table.schedule(dialog, at: now + settings.earlySeconds)
        let parameter = ";" + settings.routeParameter + "=" + ByteString(record.identifier.description)
        context.recordRoute.parameters += parameter
        statistics.processed.add()
        tell(.created, dialog, context)
        return dialog
    }

    static func joined(_ values: [ByteString]) -> ByteString {
        var text: ByteString = ""
        for value in values { text += (text.isEmpty ? "" : ",") + value }
        return text.compacted()
    }

    // MARK: - The transaction of the INVITE

    /// Looks at a transaction at the moments that count.
    func observe(_ event: TransactionEvent, _ transaction: any ObservedTransaction) {
        let context = transaction.context
        guard context.message.method == .invite, context.message.to?.tag == nil else { return }
        switch event {
        case .created: begin(context)
        case .responseReceived(let response, _):
            guard (200..<300).contains(response.message.status ?? 0) else { return }
            DialogContext.existing(context)?.answeredOver = ByteString(response.received?.socket.description ?? "")
        case .replied(let status, _, let response):
            guard let dialog = DialogContext.existing(context)?.dialog else { return }
            replied(dialog, status, response, transaction)
        case .acknowledged(let ack):
            guard let dialog = DialogContext.existing(context)?.dialog else { return }
            acknowledge(dialog, ack)
        case .ended:
            guard let dialog = DialogContext.existing(context)?.dialog, !dialog.record.state.isActive else { return }
            fail(dialog, context)
        case .failed: return
        }
    }

    private func begin(_ context: ScriptContext) {
        let state = DialogContext.of(context)
        state.hasTransaction = true
        if let flag = settings.flag, context.flags & (1 << UInt32(flag)) != 0, state.dialog == nil {
            _ = manage(context)
        }
        state.dialog?.hasTransaction = true
    }

    private func replied(
        _ dialog: Dialog, _ status: Int, _ response: SIPMessage?, _ transaction: any ObservedTransaction
    ) {
        let context = transaction.context
        switch status {
        case 101..<200:
            if dialog.record.state.receive(.provisional) == .ringing { statistics.early.add() }
        case 200..<300:
            let wasEarly = dialog.record.state == .early
            guard dialog.record.state.receive(.success) == .answered else { return }
            if wasEarly { statistics.early.add(-1) }
            answer(dialog, response, transaction)
        case 300...:
            fail(dialog, reply(response, to: context))
        default: break
        }
    }

    /// A context for the events that a response causes, with the attributes of its transaction.
    private func reply(_ response: SIPMessage?, to context: ScriptContext) -> ScriptContext {
        guard let response else { return context }
        let event = worker.makeContext(message: response, received: nil)
        event.attributes = context.attributes
        event.flags = context.flags
        return event
    }

    private func answer(_ dialog: Dialog, _ response: SIPMessage?, _ transaction: any ObservedTransaction) {
        let state = DialogContext.existing(transaction.context)
        var callee = DialogLeg()
        callee.tag = (response?.to?.tag ?? transaction.toTag).compacted()
        callee.contact = response?.contactURI ?? ""
        callee.routeSet = Self.joined(calleeRoutes(response, caller: dialog.record.caller))
        callee.socket = state?.answeredOver ?? dialog.record.caller.socket
        dialog.record.callee = callee
        dialog.record.startedAt = now
        dialog.record.timeout = now + dialog.record.lifetime
        table.schedule(dialog, at: now + min(settings.noAckSeconds, dialog.record.lifetime))
        statistics.active.add()
        writer?.changed(dialog)
        runEvent("dialog:start", dialog, reply(response, to: transaction.context))
    }

    /// The proxies behind this one, in the order in which requests to the callee pass them (RFC 3261 §12.1.2).
    private func calleeRoutes(_ response: SIPMessage?, caller: DialogLeg) -> [ByteString] {
        guard let response else { return [] }
        var values = response.recordRouteValues
        let before = caller.routeSet.isEmpty ? 0 : caller.routeSet.split(on: UInt8(ascii: ",")).count
        values.removeLast(min(before, values.count))
        values.removeAll { value in
            guard let uri = (try? NameAddress.parse(value))?.parsedURI else { return true }
            return worker.isLocal(host: uri.host, port: uri.port ?? 0, transport: nil)
        }
        return values.reversed()
    }

    private func acknowledge(_ dialog: Dialog, _ context: ScriptContext) {
        guard dialog.record.state.receive(.acknowledged) == .confirmed else { return }
        confirm(dialog, context)
    }

    private func confirm(_ dialog: Dialog, _ context: ScriptContext) {
        table.schedule(dialog, at: dialog.record.timeout)
        writer?.changed(dialog)
        tell(.confirmed, dialog, context)
    }

    // MARK: - Requests inside a dialog

    /// Takes note of a request inside a dialog.
    ///
    /// - Returns: whether there is one.
    @discardableResult
    func follow(
        _ context: ScriptContext, identifier: DialogIdentifier?, matching: DialogSettings.Matching
    ) -> Bool {
        guard let dialog = dialog(of: context) else { return false }
        switch matching {
        case .byIdentifier: guard identifier == dialog.record.identifier else { return false }
        case .byIdentifierOrTags:
            guard identifier == nil || identifier == dialog.record.identifier else { return false }
        case .byTags: break
        }
        let state = DialogContext.of(context)
        switch context.message.method {
        case .ack: acknowledge(dialog, context)
        case .cancel: break
        case .bye:
            note(context, dialog, state.sender)
            guard dialog.record.state.receive(.bye) == .ended else { break }
            end(dialog, .terminated, context)
        default:
            note(context, dialog, state.sender)
            if dialog.record.state.receive(.request) == .confirmed { confirm(dialog, context) }
            prolong(dialog, context)
        }
        return true
    }

    private func note(_ context: ScriptContext, _ dialog: Dialog, _ side: DialogSide) {
        if let number = context.message.cseq?.number {
            dialog.record[side].sequenceNumber = max(dialog.record[side].sequenceNumber, Int(number))
        }
        guard context.message.method == .invite || context.message.method == .update else { return }
        let contact = context.message.contactURI
        if !contact.isEmpty { dialog.record[side].contact = contact }
    }

    private func prolong(_ dialog: Dialog, _ context: ScriptContext) {
        guard dialog.record.state == .confirmed else { return }
        if let lifetime = module.lifetime(in: context) { dialog.record.lifetime = lifetime }
        if !dialog.record.keepsTimeout {
            dialog.record.timeout = now + dialog.record.lifetime
            table.schedule(dialog, at: dialog.record.timeout)
        }
        writer?.changed(dialog)
    }

    /// Sets how long a dialog may last from now on.
    func setLifetime(_ seconds: Int, of dialog: Dialog) {
        dialog.record.lifetime = seconds
        guard dialog.record.state.isActive else { return }
        dialog.record.timeout = now + seconds
        table.schedule(dialog, at: dialog.record.timeout)
        writer?.changed(dialog)
    }

    // MARK: - Profiles

    /// Puts a dialog into a profile; false when it is there already or the profile is full.
    @discardableResult
    func enter(_ dialog: Dialog, _ membership: ProfileMembership) -> Bool {
        guard !dialog.record.profiles.contains(membership), dialog.record.state != .deleted,
            module.profiles.add(membership)
        else { return false }
        dialog.record.profiles.append(membership)
        if dialog.record.state.isActive { writer?.changed(dialog) }
        return true
    }

    /// Takes a dialog out of a profile; false when it is not there.
    @discardableResult
    func leave(_ dialog: Dialog, _ membership: ProfileMembership) -> Bool {
        guard let index = dialog.record.profiles.firstIndex(of: membership) else { return false }
        dialog.record.profiles.remove(at: index)
        module.profiles.remove(membership)
        if dialog.record.state.isActive { writer?.changed(dialog) }
        return true
    }

    // MARK: - Ending

    private func fail(_ dialog: Dialog, _ context: ScriptContext) {
        let wasEarly = dialog.record.state == .early
        guard dialog.record.state.receive(.failure) == .failed else { return }
        if wasEarly { statistics.early.add(-1) }
        statistics.failed.add()
        dialog.record.endedAt = now
        tell(.failed, dialog, context)
        runEvent("dialog:failed", dialog, context)
        release(dialog)
    }

    /// A call has ended; its state says so already.
    func end(_ dialog: Dialog, _ event: DialogEvent, _ context: ScriptContext) {
        if dialog.record.startedAt > 0 { statistics.active.add(-1) }
        dialog.record.endedAt = now
        dialog.record.timeout = 0
        tell(event, dialog, context)
        runEvent("dialog:end", dialog, context)
        release(dialog)
    }

    private func release(_ dialog: Dialog) {
        for membership in dialog.record.profiles { module.profiles.remove(membership) }
        dialog.record.profiles = []
        writer?.removed(dialog)
        table.schedule(dialog, at: now + Self.deletedSeconds)
    }

    /// Forgets the dialog of an INVITE that the script has answered without a transaction.
    func finishScript(_ context: ScriptContext) {
        guard let dialog = DialogContext.existing(context)?.dialog, !dialog.hasTransaction,
            dialog.record.state == .unconfirmed
        else { return }
        dialog.record.state = .deleted
        release(dialog)
        table.remove(dialog)
    }

    // MARK: - Telling

    private func tell(_ event: DialogEvent, _ dialog: Dialog, _ context: ScriptContext) {
        guard !worker.dialogObservers.isEmpty else { return }
        let state = DialogContext.of(context)
        if state.dialog == nil { state.dialog = dialog }
        for observer in worker.dialogObservers { observer(event, dialog, context) }
    }

    /// Runs an event route on a context of its own, which shares the attributes of the message.
    func runEvent(_ name: String, _ dialog: Dialog, _ context: ScriptContext) {
        guard let route = worker.program.route(kind: .event, name: name) else { return }
        run(route, dialog, context, kind: .event)
    }

    func run(_ route: RouteID, _ dialog: Dialog, _ context: ScriptContext, kind: RouteMask) {
        let event = worker.makeContext(message: context.message, received: context.received)
        event.attributes = context.attributes
        event.flags = context.flags
        event.routeKind = kind
        let state = DialogContext.of(event)
        state.dialog = dialog
        state.sender = DialogContext.existing(context)?.sender ?? .caller
        worker.program.run(route, in: event) { _ in }
    }
}
