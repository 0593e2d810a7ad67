import Glibc

/// A date and time of day, in UTC or in the host's local time, as databases write them: `2026-11-22 20:15:00`.
package enum CalendarTime {
    /// Whose clock it is.
    package enum Zone: Sendable {
        /// Universal time.
        case utc
        /// The zone of this host, with its summer time.
        case local
    }

    /// The text for seconds since 1970 UTC; empty for a year that cannot be written.
    package static func text(_ seconds: Int64, in zone: Zone) -> String {
        var time = time_t(seconds)
        // SAFETY: both pointers are to local variables, and the name of the zone in `tm` is not looked at.
        var parts = unsafe tm()
        let isValid =
            switch zone {
            case .utc: unsafe gmtime_r(&time, &parts) != nil
            case .local: unsafe localtime_r(&time, &parts) != nil
            }
        guard isValid else { return "" }
        let date = unsafe [parts.tm_mon + 1, parts.tm_mday].map { padded(Int($0), 2) }
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
        let year = unsafe padded(Int(parts.tm_year) + 1900, 4)
        return ([year] + date).joined(separator: "-") + " " + clock.joined(separator: ":")
    }

    /// The seconds since 1970 UTC for a text, without their fraction; nil when it is none.
    package static func seconds(_ text: String, in zone: Zone) -> Int64? {
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
        return switch zone {
        case .utc: Int64(unsafe timegm(&parts))
        case .local: Int64(unsafe mktime(&parts))
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}
