/// Time stamps of log lines: UTC with milliseconds, RFC 3339.
package enum Timestamp {
    /// The present time, e.g.
    ///
    /// `2026-11-22T22:10:00.123Z`.
    package static var now: String {
        let (seconds, microseconds) = WallClock.now
        return text(seconds: seconds, milliseconds: microseconds / 1000)
    }

    /// The text for seconds since 1970, from the year 1 on.
    package static func text(seconds: Int, milliseconds: Int) -> String {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = civil(daysSince1970: rest < 0 ? days - 1 : days)
        let second = rest < 0 ? rest + 86_400 : rest
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))."
            + "\(padded(milliseconds, 3))Z"
    }

    /// The date of a day number: counts from 1 March of year 0, so that the leap day ends a year.
    private static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
