import OperatingSystem

/// Points in time as Kamailio stores them in DATETIME columns.
///
/// On MariaDB they are the server host's local time as text, `2026-11-22 20:15:00`; on SQLite Julian days in UTC as a
/// number, 2461367.34375 (Kamailio: db_mysql, db_sqlite; found by running 5.6.3).
package enum TimeColumn {
    private static let julianDayOf1970 = 2_440_587.5
    private static let secondsPerDay = 86_400.0
    /// Kamailio adds half a second when it writes and cuts the fraction when it reads.
    private static let writtenFraction = 0.5
    /// A day's number is exact to 40 microseconds, so that a whole second may read as a little less.
    private static let readTolerance = 0.25

    /// The value to bind for a point in time, given in seconds since 1970 UTC.
    package static func value(_ seconds: Int64, for engine: DatabaseURL.Engine) -> DatabaseValue {
        switch engine {
        case .sqlite: .real((Double(seconds) + writtenFraction) / secondsPerDay + julianDayOf1970)
        case .mysql: .text(CalendarTime.text(seconds, in: .local))
        }
    }

    /// The seconds since 1970 UTC of a value read; nil when it is no time.
    ///
    /// Text in SQLite, as kamctl and the column defaults leave it there, is taken for UTC.
    package static func seconds(_ value: DatabaseValue, from engine: DatabaseURL.Engine) -> Int64? {
        switch (value, engine) {
        case (.text(let text), .mysql): CalendarTime.seconds(text, in: .local)
        case (.text(let text), .sqlite): CalendarTime.seconds(text, in: .utc)
        case (.real(let day), .sqlite): seconds(julianDay: day)
        case (.integer(let day), .sqlite): seconds(julianDay: Double(day))
        default: nil
        }
    }

    private static func seconds(julianDay day: Double) -> Int64? {
        Int64(exactly: ((day - julianDayOf1970) * secondsPerDay + readTolerance).rounded(.down))
    }
}
