import Database
import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine

extension AccountingModule {
    /// Writes a line to the log.
    func log(_ record: AccountingRecord, _ context: ScriptContext) {
        guard context.host.isLogged(level: settings.logLevel) else { return }
        let fields = extras.all
        var line = ByteString("ACC: \(record.title): timestamp=\(record.time.seconds)")
        line += ByteString(settings.time.logText(record.time)) + ";method=" + record.method
        line += ";from_tag=" + record.fromTag + ";to_tag=" + record.toTag + ";call_id=" + record.callID
        line += ";code=" + record.status + ";reason=" + record.reason
        for field in fields.log { line += ";" + ByteString(field.name.name) + "=" + field.variable.read(context).text }
        for (name, value) in fields.legs.values(in: context).joined() {
            line += ";" + ByteString(name.name) + "=" + value
        }
        context.host.log(level: settings.logLevel, line, in: context)
    }

    /// Writes a row, or one for each leg, without waiting for it.
    func write(_ record: AccountingRecord, _ context: ScriptContext, to table: SQLIdentifier) {
        guard let pool else { return }
        let fields = extras.all
        var values: [DatabaseValue] = [
            .text(record.method.string), .text(record.fromTag.string), .text(record.toTag.string),
            .text(record.callID.string), .text(record.status.string), .text(record.reason.string),
            TimeColumn.value(Int64(record.time.seconds), for: pool.url.engine),
        ]
        var columns = settings.columns
        for (name, value) in settings.time.values(record.time) {
            columns.append(name)
            values.append(value)
        }
        for field in fields.database {
            columns.append(field.name)
            values.append(.text(field.variable.read(context).text.string))
        }
        let legs = fields.legs.values(in: context)
        guard !legs.isEmpty else { return insert([values], columns, into: table, pool, context) }
        columns += legs[0].map(\.0)
        insert(legs.map { values + $0.map { .text($0.1.string) } }, columns, into: table, pool, context)
    }

    /// Writes rows on a database thread.
    func insert(
        _ rows: [[DatabaseValue]], _ columns: [SQLIdentifier], into table: SQLIdentifier, _ pool: DatabasePool,
        _ context: ScriptContext
    ) {
        let sql =
            "INSERT INTO \(table.quoted) (\(columns.map(\.quoted).joined(separator: ", "))) VALUES "
            + "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
        let logger = server.logger
        server.databases.run(
            on: context.worker.eventLoop,
            {
                try pool.withConnection { connection in
                    for row in rows { _ = try connection.execute(sql, row) }
                }
            }
        ) { result in
            if case .failure(let error) = result {
                logger.error("an accounting row was not written", metadata: ["table": "\(table)", "error": "\(error)"])
            }
        }
    }
}
