import Glibc

/// A moment taken apart by the calendar, as the C library's `struct tm`.
package struct CalendarParts: Sendable, Equatable {
    /// Seconds, minutes and hours.
    package let second, minute, hour: Int
    /// Day of the month from 1, month from 0, years since 1900.
    package let day, month, year: Int
    /// Day of the week from 0 for Sunday, day of the year from 0.
    package let weekday, dayOfYear: Int
    /// 1 in summer time, 0 otherwise.
    package let isSummerTime: Int

    /// Takes a moment apart; nil for one that the calendar cannot express.
    ///
    /// `isLocal` chooses the time zone of the system instead of UTC.
    package init?(seconds: Int, isLocal: Bool) {
        var time = time_t(seconds)
        // SAFETY: the structure lives on this frame; its pointer to the name of the zone is never followed.
        var parts = unsafe tm()
        guard unsafe Self.fill(&parts, from: &time, isLocal) else { return nil }
        unsafe self.init(parts)
    }

    @unsafe
    private static func fill(_ parts: inout tm, from time: inout time_t, _ isLocal: Bool) -> Bool {
        // SAFETY: both functions write to the given structure only and keep nothing.
        if isLocal { return unsafe localtime_r(&time, &parts) != nil }
        // SAFETY: as above.
        return unsafe gmtime_r(&time, &parts) != nil
    }

    @unsafe
    private init(_ parts: tm) {
        second = unsafe Int(parts.tm_sec)
        minute = unsafe Int(parts.tm_min)
        hour = unsafe Int(parts.tm_hour)
        day = unsafe Int(parts.tm_mday)
        month = unsafe Int(parts.tm_mon)
        year = unsafe Int(parts.tm_year)
        weekday = unsafe Int(parts.tm_wday)
        dayOfYear = unsafe Int(parts.tm_yday)
        isSummerTime = unsafe Int(parts.tm_isdst)
    }

    /// A moment as a format of `strftime` prints it; empty when it does not fit 512 bytes.
    package static func text(seconds: Int, format: String, isLocal: Bool) -> String {
        var time = time_t(seconds)
        // SAFETY: the structure lives on this frame; its pointer to the name of the zone is never followed.
        var parts = unsafe tm()
        guard unsafe Self.fill(&parts, from: &time, isLocal) else { return "" }
        var buffer = [CChar](repeating: 0, count: 512)
        // SAFETY: `strftime` writes at most the given number of bytes.
        let length = unsafe strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
