import Database
import Logging
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

/// What is accounted of a transaction.
struct AccountingRecord: Sendable {
    /// What happened: `transaction answered`, `call missed`.
    var title: String
    var method: ByteString
    var fromTag: ByteString
    var toTag: ByteString
    var callID: ByteString
    var status: Int
    var reason: ByteString
    var time: Int
}

extension AccountingModule {
    /// Looks at a transaction at the moments that count.
    func observe(_ event: TransactionEvent, _ transaction: any ObservedTransaction) {
        let context = transaction.context
        switch event {
        case .replied(let status, let reason, let response):
            guard context.message.method != .cancel || settings.reportsCancels else { return }
            if status < 200 {
                guard settings.reportsEarlyMedia, status == 183, response?.bodyRange.isEmpty == false else { return }
            } else if status >= 300, !isSet(settings.failedFlag, context) {
                return
            }
            account(record("transaction answered", transaction, status, reason, response), context)
        case .failed(_, let status, let response):
            guard context.message.method == .invite, status >= 300 else { return }
            let reason = response.flatMap(Self.reason) ?? ByteString(StatusText.of(status))
            accountMissed(record("call missed", transaction, status, reason, response), context)
        case .acknowledged(let ack):
            guard settings.reportsAck else { return }
            account(record("request acknowledged", transaction, transaction.sentStatus, "OK", ack.message), context)
        case .created, .responseReceived, .ended:
            return
        }
    }

    private static func reason(_ message: SIPMessage) -> ByteString? {
        if case .response(_, let reason) = message.startLine { reason } else { nil }
    }

    private func isSet(_ flag: Int?, _ context: ScriptContext) -> Bool {
        flag.map { context.flags & (1 << UInt32($0)) != 0 } ?? false
    }

    private func record(
        _ title: String, _ transaction: any ObservedTransaction, _ status: Int, _ reason: ByteString,
        _ response: SIPMessage?
    ) -> AccountingRecord {
        let request = transaction.context.message
        return AccountingRecord(
            title: title, method: request.method?.bytes ?? "", fromTag: request.from?.tag ?? "",
            toTag: response?.to?.tag ?? request.to?.tag ?? transaction.toTag, callID: request.callID ?? "",
            status: status, reason: reason, time: WallClock.now.seconds)
    }

    private func account(_ record: AccountingRecord, _ context: ScriptContext) {
        if isSet(settings.logFlag, context) { log(record, context) }
        if isSet(settings.databaseFlag, context) { write(record, context, to: settings.table) }
    }

    private func accountMissed(_ record: AccountingRecord, _ context: ScriptContext) {
        if isSet(settings.logMissedFlag, context) { log(record, context) }
        if isSet(settings.databaseMissedFlag, context) { write(record, context, to: settings.missedTable) }
        // A call is missed once: Kamailio clears the flag.
        for flag in [settings.logMissedFlag, settings.databaseMissedFlag] {
            if let flag { context.flags &= ~(1 << UInt32(flag)) }
        }
    }

    // MARK: - Sinks

    func log(_ record: AccountingRecord, _ context: ScriptContext) {
        guard context.host.isLogged(level: settings.logLevel) else { return }
        var line: ByteString = ByteString("ACC: \(record.title): timestamp=\(record.time);method=")
        line = line + record.method + ";from_tag=" + record.fromTag + ";to_tag=" + record.toTag
        line =
            line + ";call_id=" + record.callID + ";code=" + ByteString(integer: record.status) + ";reason="
            + record.reason
        for extra in extras.log { line = line + ";" + ByteString(extra.name) + "=" + extra.variable.read(context).text }
        context.host.log(level: settings.logLevel, line, in: context)
    }

    func write(_ record: AccountingRecord, _ context: ScriptContext, to table: SQLIdentifier) {
        guard let pool else { return }
        var columns: [SQLIdentifier] = ["method", "from_tag", "to_tag", "callid", "sip_code", "sip_reason", "time"]
        var values: [DatabaseValue] = [
            .text(record.method.string), .text(record.fromTag.string), .text(record.toTag.string),
            .text(record.callID.string), .text("\(record.status)"), .text(record.reason.string),
            TimeColumn.value(Int64(record.time), for: pool.url.engine),
        ]
        for extra in extras.database {
            guard let column = SQLIdentifier(extra.name) else { continue }
            columns.append(column)
            values.append(.text(extra.variable.read(context).text.string))
        }
        let row = values
        let sql =
            "INSERT INTO \(table.quoted) (\(columns.map(\.quoted).joined(separator: ", "))) VALUES "
            + "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
        let logger = server.logger
        server.databases.run(
            on: context.worker.eventLoop,
            {
                try pool.withConnection { _ = try $0.execute(sql, row) }
            }
        ) { result in
            if case .failure(let error) = result {
                logger.error("an accounting row was not written", metadata: ["table": "\(table)", "error": "\(error)"])
            }
        }
    }

    // MARK: - Functions

    static var functions: [FunctionDescription<AccountingModule>] {
        [
            FunctionDescription(
                "acc_log_request", [.format], routes: [.request, .failure],
                summary: "Logs the request as accounted, with a comment `code reason`.",
                example: "acc_log_request(\"200 OK\");"
            ) { module, arguments in
                { context in
                    module.log(module.record(of: context, arguments[0].text(in: context)), context)
                    return .success
                }
            },
            FunctionDescription(
                "acc_db_request", [.format, .text], routes: [.request, .failure],
                summary: "Writes the request to a table as accounted, with a comment `code reason`.",
                example: "acc_db_request(\"404 Not Found\", \"missed_calls\");"
            ) { module, arguments throws(ScriptError) in
                guard let table = SQLIdentifier(arguments[1].source.string) else {
                    throw ScriptError("'\(arguments[1].source)' is no table name")
                }
                return { context in
                    guard module.pool != nil else { return .failure }
                    module.write(module.record(of: context, arguments[0].text(in: context)), context, to: table)
                    return .success
                }
            },
        ]
    }

    private func record(of context: ScriptContext, _ comment: ByteString) -> AccountingRecord {
        let parts = comment.split(on: UInt8(ascii: " "))
        let status = parts.first?.integerValue
        let reason = status == nil ? comment : ByteString(comment.bytes.dropFirst((parts.first?.count ?? 0) + 1))
        let message = context.message
        return AccountingRecord(
            title: "request accounted", method: message.method?.bytes ?? "", fromTag: message.from?.tag ?? "",
            toTag: message.to?.tag ?? "", callID: message.callID ?? "", status: status ?? 0, reason: reason,
            time: WallClock.now.seconds)
    }
}

/// Reason phrases of failures that this server makes up itself.
private enum StatusText {
    static func of(_ status: Int) -> String {
        switch status {
        case 408: "Request Timeout"
        case 480: "Temporarily Unavailable"
        case 487: "Request Terminated"
        case 503: "Service Unavailable"
        default: status < 500 ? "Request Failed" : "Server Failure"
        }
    }
}
