import Glibc

/// Points in time as C's `ctime` prints them, in the time zone of this process.
package enum LocalTime {
    /// The text for seconds since 1970: `Sun Nov 22 19:48:00 2026`.
    package static func text(of seconds: Int) -> String {
        var instant = time_t(seconds)
        // SAFETY: both structures live for the call, which fills the second; its only pointer is not used.
        var parts = unsafe tm()
        guard unsafe localtime_r(&instant, &parts) != nil else { return String(seconds) }
        let (weekday, month, year) = unsafe (Int(parts.tm_wday), Int(parts.tm_mon), Int(parts.tm_year) + 1900)
        let (day, clock) = unsafe (parts.tm_mday, [parts.tm_hour, parts.tm_min, parts.tm_sec])
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let hours = clock.map { padded($0, with: "0") }.joined(separator: ":")
        return "\(weekdays[weekday]) \(months[month]) \(padded(day, with: " ")) \(hours) \(year)"
    }

    private static func padded(_ number: Int32, with character: Character) -> String {
        number < 10 ? "\(character)\(number)" : String(number)
    }
}
