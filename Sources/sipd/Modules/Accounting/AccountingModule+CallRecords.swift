import Database
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension AccountingModule {
    /// Looks at a dialog at the moments that count.
    func observe(_ event: DialogEvent, _ dialog: any ObservedDialog, _ context: ScriptContext) {
        let start = ByteString(callRecords.startName.name)
        switch event {
        case .created: if !callRecords.startsWhenConfirmed { dialog[variable: start] = Self.timeText }
        case .confirmed: if callRecords.startsWhenConfirmed { dialog[variable: start] = Self.timeText }
        case .terminated: account(dialog, context)
        case .failed: if callRecords.includesFailed { account(dialog, context) }
        case .expired: if callRecords.includesExpired { account(dialog, context) }
        }
    }

    private static var timeText: ByteString { ByteString(AccountingTime.now.text) }

    private func account(_ dialog: any ObservedDialog, _ context: ScriptContext) {
        if let skip = callRecords.skipVariable, dialog[variable: skip] != nil { return }
        let end = AccountingTime.now
        let start = dialog[variable: ByteString(callRecords.startName.name)].flatMap { AccountingTime($0) } ?? end
        let milliseconds = end.milliseconds(since: start)
        dialog[variable: ByteString(callRecords.endName.name)] = ByteString(end.text)
        dialog[variable: ByteString(callRecords.durationName.name)] = ByteString(Self.duration(milliseconds))
        let fields = extras.all.callRecord.map { ($0.name, $0.variable.read(context).text) }
        if callRecords.isLogged { logCall(start, end, milliseconds, fields, context) }
        guard let pool, let table = callRecords.table else { return }
        var row: [DatabaseValue] = [
            .text(CalendarTime.text(Int64(start.seconds), in: .local)),
            .text(CalendarTime.text(Int64(end.seconds), in: .local)), .real(Double(milliseconds) / 1000),
        ]
        row += fields.map { callRecords.writesNull && $0.1.isEmpty ? .null : .text($0.1.string) }
        let columns = [callRecords.startName, callRecords.endName, callRecords.durationName] + fields.map(\.0)
        insert([row], columns, into: table, pool, context)
    }

    private func logCall(
        _ start: AccountingTime, _ end: AccountingTime, _ milliseconds: Int, _ fields: [(SQLIdentifier, ByteString)],
        _ context: ScriptContext
    ) {
        var line = ByteString("\(callRecords.startName)=\(start.text); \(callRecords.endName)=\(end.text); ")
        line += ByteString("\(callRecords.durationName)=\(Self.duration(milliseconds))")
        for (name, value) in fields { line += "; " + ByteString(name.name) + "=" + value }
        context.host.log(level: settings.logLevel, line, in: context)
    }

    /// Seconds with three digits behind the point; `0` for nothing.
    private static func duration(_ milliseconds: Int) -> String {
        milliseconds == 0
            ? "0" : AccountingTime(seconds: milliseconds / 1000, microseconds: milliseconds % 1000 * 1000).text
    }
}
