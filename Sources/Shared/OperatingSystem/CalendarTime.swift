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
        guard isValid, unsafe (-1900...8099).contains(parts.tm_year) else { return "" }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(textLength)
        append(unsafe Int(parts.tm_year) + 1900, width: 4, to: &bytes)
        append(unsafe Int(parts.tm_mon) + 1, width: 2, after: "-", to: &bytes)
        append(unsafe Int(parts.tm_mday), width: 2, after: "-", to: &bytes)
        append(unsafe Int(parts.tm_hour), width: 2, after: " ", to: &bytes)
        append(unsafe Int(parts.tm_min), width: 2, after: ":", to: &bytes)
        append(unsafe Int(parts.tm_sec), width: 2, after: ":", to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let textLength = 19

    private static func append(
        _ number: Int, width: Int, after separator: Unicode.Scalar? = nil, to bytes: inout [UInt8]
    ) {
        if let separator { bytes.append(UInt8(ascii: separator)) }
        var divisor = width == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// The seconds since 1970 UTC for a text, without their fraction; nil when it is none.
    package static func seconds(_ text: String, in zone: Zone) -> Int64? {
        guard let numbers = numbers(text.utf8) else { return nil }
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

    private static let ranges: [ClosedRange<Int32>] = [0...9999, 1...12, 1...31, 0...23, 0...59, 0...60]

    /// The six numbers of a date and time, each in its range; what follows the seconds is not looked at.
    private static func numbers(_ text: String.UTF8View) -> [Int32]? {
        var numbers: [Int32] = []
        numbers.reserveCapacity(ranges.count)
        var number: Int32?
        for byte in text {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                let next = (number ?? 0) * 10 + Int32(byte - UInt8(ascii: "0"))
                guard next <= 9999 else { return nil }
                number = next
            } else {
                guard let complete = number, ranges[numbers.count].contains(complete) else { return nil }
                numbers.append(complete)
                number = nil
                if numbers.count == ranges.count { return numbers }
            }
        }
        guard let last = number, numbers.count == ranges.count - 1, ranges[numbers.count].contains(last) else {
            return nil
        }
        return numbers + [last]
    }
}
