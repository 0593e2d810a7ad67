import ModuleInterface
import SIPMessage
import ScriptEngine

extension AccountingModule {
    /// Looks at a transaction at the moments that count.
    func observe(_ event: TransactionEvent, _ transaction: any ObservedTransaction) {
        let context = transaction.context
        switch event {
        case .replied(let status, let reason, let response):
            guard isAccounted(status, response, context) else { return }
            account(record("transaction answered", transaction, status, reason, response), context)
        case .failed(_, let status, let response):
            guard context.message.method == .invite, status >= 300, isWatchedForMisses(context) else { return }
            let usual = ReasonPhrase.of(status) ?? (status < 500 ? "Request Failed" : "Server Failure")
            let reason = response.flatMap(Self.reason) ?? usual
            accountMissed(record("call missed", transaction, status, reason, response), context)
        case .acknowledged(let ack):
            guard settings.reportsAck else { return }
            let record = record("request acknowledged", transaction, transaction.sentStatus, "OK", ack.message)
            accountAck(record, ack, of: context)
        case .created, .responseReceived, .ended:
            return
        }
    }

    private func isAccounted(_ status: Int, _ response: SIPMessage?, _ context: ScriptContext) -> Bool {
        guard isSet(settings.logFlag, context) || isSet(settings.databaseFlag, context) else { return false }
        guard context.message.method != .cancel || settings.reportsCancels else { return false }
        if status < 200 {
            return settings.reportsEarlyMedia && status == 183 && response?.bodyRange.isEmpty == false
        }
        guard status >= 300 else { return true }
        return isSet(settings.failedFlag, context) && !settings.failedFilter.contains(status)
    }

    private func isWatchedForMisses(_ context: ScriptContext) -> Bool {
        isSet(settings.logMissedFlag, context) || isSet(settings.databaseMissedFlag, context)
    }

    private static func reason(_ message: SIPMessage) -> ByteString? {
        if case .response(_, let reason) = message.startLine { reason } else { nil }
    }

    func isSet(_ flag: Int?, _ context: ScriptContext) -> Bool {
        flag.map { context.flags & (1 << UInt32($0)) != 0 } ?? false
    }

    private func record(
        _ title: String, _ transaction: any ObservedTransaction, _ status: Int, _ reason: ByteString,
        _ response: SIPMessage?
    ) -> AccountingRecord {
        var reason = reason
        if settings.takesReasonHeader, let message = response, let field = message.firstHeader(.reason) {
            reason = ByteString(message.buffer[field.bodyRange]).trimmed().compacted()
        }
        return AccountingRecord(
            title, of: transaction, status, reason, response, swapsTags: isFromCallee(transaction.context))
    }

    /// Whether a request inside a call comes from the one who was called.
    func isFromCallee(_ context: ScriptContext) -> Bool {
        settings.detectsDirection && UpstreamMark.isSet(in: context)
    }

    private func account(_ record: AccountingRecord, _ context: ScriptContext) {
        if isSet(settings.logFlag, context) { log(record, context) }
        if isSet(settings.databaseFlag, context) { write(record, context, to: settings.table) }
    }

    /// The flags are those of the INVITE, the fields those of the ACK (Kamailio: `acc_onack()`).
    private func accountAck(_ record: AccountingRecord, _ ack: ScriptContext, of invite: ScriptContext) {
        var record = record
        record.method = ack.message.method?.bytes ?? ""
        let attributes = ack.attributes
        ack.attributes = invite.attributes
        defer { ack.attributes = attributes }
        if isSet(settings.logFlag, invite) { log(record, ack) }
        if isSet(settings.databaseFlag, invite) { write(record, ack, to: settings.table) }
    }

    private func accountMissed(_ record: AccountingRecord, _ context: ScriptContext) {
        if isSet(settings.logMissedFlag, context) { log(record, context) }
        if isSet(settings.databaseMissedFlag, context) { write(record, context, to: settings.missedTable) }
        // A call is missed once: Kamailio clears the flag.
        for flag in [settings.logMissedFlag, settings.databaseMissedFlag] {
            if let flag { context.flags &= ~(1 << UInt32(flag)) }
        }
    }
}

/// Notes that a request came against the direction of the call, as its Record-Route tells.
final class UpstreamMark {
    private static let key = ContextKey<UpstreamMark>()

    /// Looks at the parameters of this server's Route: `ftag` is the tag of the one who called.
    static func look(at parameters: ByteString, _ context: ScriptContext) {
        guard let tag = ParameterList(parameters).value(named: "ftag").text, let own = context.message.from?.tag,
            tag != own
        else { return }
        context[key] = UpstreamMark()
    }

    static func isSet(in context: ScriptContext) -> Bool {
        context[key] != nil
    }
}
