import Glibc

/// Points in time as Kamailio stores them in DATETIME columns.
///
/// On MariaDB they are the server host's local time as text, `2026-11-22 20:15:00`; on SQLite Julian days in UTC as a
/// number, 2461367.34375 (Kamailio: db_mysql, db_sqlite; found by running 5.6.3).
package enum TimeColumn {
    private static let julianDayOf1970 = 2_440_587.5
    private static let secondsPerDay = 86_400.0

    /// The value to bind for a point in time, given in seconds since 1970 UTC.
    package static func value(_ seconds: Int64, for engine: DatabaseURL.Engine) -> DatabaseValue {
        switch engine {
        case .sqlite: .real(Double(seconds) / secondsPerDay + julianDayOf1970)
        case .mysql: .text(text(seconds, isLocal: true))
        }
    }

    /// The seconds since 1970 UTC of a value read; nil when it is no time.
    ///
    /// Text in SQLite, as kamctl and the column defaults leave it there, is taken for UTC.
    package static func seconds(_ value: DatabaseValue, from engine: DatabaseURL.Engine) -> Int64? {
        switch (value, engine) {
        case (.text(let text), .mysql): seconds(parsing: text, isLocal: true)
        case (.text(let text), .sqlite): seconds(parsing: text, isLocal: false)
        case (.real(let day), .sqlite): seconds(julianDay: day)
        case (.integer(let day), .sqlite): seconds(julianDay: Double(day))
        default: nil
        }
    }

    private static func seconds(julianDay day: Double) -> Int64? {
        Int64(exactly: ((day - julianDayOf1970) * secondsPerDay).rounded())
    }

    /// A time as people read it, `2026-11-22 20:15:00` in UTC or local time.
    package static func text(_ seconds: Int64, isLocal: Bool) -> String {
        var time = time_t(seconds)
        // SAFETY: all pointers are to local variables, and the zone name in `tm` is not looked at.
        var parts = unsafe tm()
        let isValid = unsafe (isLocal ? localtime_r(&time, &parts) : gmtime_r(&time, &parts)) != nil
        guard isValid else { return "" }
        let date = unsafe [parts.tm_mon + 1, parts.tm_mday].map { padded(Int($0), 2) }
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
        let year = unsafe padded(Int(parts.tm_year) + 1900, 4)
        return ([year] + date).joined(separator: "-") + " " + clock.joined(separator: ":")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }

    private static func seconds(parsing text: String, isLocal: Bool) -> Int64? {
        let numbers = text.split { "-: T".contains($0) }.prefix(6).compactMap { Int32($0.prefix { $0 != "." }) }
        let ranges: [ClosedRange<Int32>] = [0...9999, 1...12, 1...31, 0...23, 0...59, 0...60]
        guard numbers.count == 6, zip(ranges, numbers).allSatisfy({ $0.contains($1) }) else { return nil }
        // SAFETY: the only pointer is to a local variable.
        var parts = unsafe tm()
        unsafe parts.tm_year = numbers[0] - 1900
        unsafe parts.tm_mon = numbers[1] - 1
        unsafe parts.tm_mday = numbers[2]
        unsafe parts.tm_hour = numbers[3]
        unsafe parts.tm_min = numbers[4]
        unsafe parts.tm_sec = numbers[5]
        unsafe parts.tm_isdst = -1
        return Int64(unsafe isLocal ? mktime(&parts) : timegm(&parts))
    }
}
