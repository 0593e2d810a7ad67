import CommandLineInterface
import Database
import OperatingSystem

/// Values of columns as people type and read them.
enum ColumnText {
    /// The value to store for a text; nil is NULL.
    ///
    /// - Throws: `CommandFailure` with `badData` when the column cannot hold it.
    static func value(
        _ text: String?, _ column: ColumnDefinition, label: String? = nil, engine: DatabaseURL.Engine
    ) throws(CommandFailure) -> DatabaseValue {
        let field = label ?? column.name.name
        guard let text else {
            guard column.isNullable else { throw ValueRefusal.failure(field, "NULL", "is not possible here") }
            return .null
        }
        switch column.kind {
        case .integer(let range):
            guard let number = Int64(text), text.first != "+", range.contains(number) else {
                throw ValueRefusal.failure(
                    field, text, "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(number)
        case .real:
            guard let number = Double(text), number.isFinite else {
                throw ValueRefusal.failure(field, text, "is not a number")
            }
            return .real(number)
        case .text(let lengthMax):
            guard text.utf8.count <= lengthMax || text.unicodeScalars.count <= lengthMax else {
                throw ValueRefusal.failure(field, text, "is longer than the \(lengthMax) characters the table holds")
            }
            if lengthMax <= 1024 { try checkControls(field, text) }
            return .text(text)
        case .time: return TimeColumn.value(try time(field, text), for: engine)
        case .bytes: return .blob(Array(text.utf8))
        }
    }

    private static func checkControls(_ field: String, _ text: String) throws(CommandFailure) {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return }
        throw ValueRefusal.failure(field, text, "contains a control character")
    }

    /// A point in time: `2026-11-22T20:15:00Z`, the same without `Z` for this host's time, `now`, or `never`.
    static func time(_ field: String, _ text: String) throws(CommandFailure) -> Int64 {
        switch text {
        case "never": return 0
        case "now": return Int64(WallClock.now.seconds)
        default: break
        }
        let zone: CalendarTime.Zone = text.hasSuffix("Z") ? .utc : .local
        guard let seconds = CalendarTime.seconds(text, in: zone) else {
            throw ValueRefusal.failure(
                field, text, "is not a point in time", fix: "as in 2026-11-22T20:15:00Z, or 'now', or 'never'")
        }
        return seconds
    }

    /// The value as it is printed; times are RFC 3339 in UTC.
    static func field(_ value: DatabaseValue, _ column: ColumnDefinition, engine: DatabaseURL.Engine) -> Field {
        if column.kind == .time, value != .null {
            guard let seconds = TimeColumn.seconds(value, from: engine) else { return Field(value.text) }
            guard seconds != 0 else { return .text("never") }
            let text = CalendarTime.text(seconds, in: .utc)
            return .text(text.split(separator: " ").joined(separator: "T") + "Z")
        }
        return switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The value as text for comparisons, the same on both engines; nothing and NULL are the same.
    static func text(_ value: DatabaseValue, _ column: ColumnDefinition, engine: DatabaseURL.Engine) -> String {
        switch field(value, column, engine: engine) {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): number == number.rounded() ? "\(Int64(clamping: Int(number)))" : String(number)
        case .text(let text): text
        case .boolean(let flag): flag ? "1" : "0"
        }
    }
}
