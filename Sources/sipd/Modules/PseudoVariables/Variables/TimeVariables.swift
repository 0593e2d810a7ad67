import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

/// `$Ts`, `$time(year)`, `$timef(%Y)`, …: clock and calendar.
enum TimeVariables {
    static let all: [Variable] = [
        VariableBuilder.number("Ts", "TS", summary: "seconds since 1970") { $0.host.wallClock.seconds },
        VariableBuilder.text("Tf", "TF", summary: "date and time as ctime() prints them") {
            ByteString(
                CalendarParts.text(seconds: $0.host.wallClock.seconds, format: "%a %b %e %H:%M:%S %Y", isLocal: true))
        },
        VariableBuilder.number("Tb", summary: "seconds since 1970 when the server started") {
            $0.worker.server.startedAt
        },
        VariableBuilder.keyed(
            "TV", summary: "time with microseconds",
            keys: [
                "s": { .integer($0.host.wallClock.seconds) }, "u": { .integer($0.host.wallClock.microseconds) },
                "sn": { .integer($0.host.wallClock.seconds) }, "un": { .integer($0.host.wallClock.microseconds) },
                "Sn": { context in
                    let (seconds, microseconds) = context.host.wallClock
                    return .string(ByteString("\(seconds)." + padded(microseconds)))
                },
                "Fn": { context in
                    let (seconds, microseconds) = context.host.wallClock
                    let date = CalendarParts.text(seconds: seconds, format: "%Y-%m-%d %H:%M:%S", isLocal: true)
                    return .string(ByteString(date + "." + padded(microseconds)))
                },
            ]),
        calendar("time", isLocal: true), calendar("utime", isLocal: false),
        formatted("timef", isLocal: true), formatted("utimef", isLocal: false),
    ]

    private static func padded(_ microseconds: Int) -> String {
        let digits = String(microseconds)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private static func calendar(_ name: String, isLocal: Bool) -> Variable {
        let keys: [String: @Sendable (CalendarParts) -> Int] = [
            "sec": { $0.second }, "min": { $0.minute }, "hour": { $0.hour }, "mday": { $0.day },
            "mon": { $0.month + 1 }, "year": { $0.year + 1900 }, "wday": { $0.weekday + 1 },
            "yday": { $0.dayOfYear + 1 }, "isdst": { $0.isSummerTime },
        ]
        return VariableBuilder.keyed(
            name, summary: "part of the date, \(isLocal ? "local time" : "UTC")",
            keys: keys.mapValues { read in
                { context in
                    let time = CalendarParts(seconds: context.host.wallClock.seconds, isLocal: isLocal)
                    return time.map { .integer(read($0)) } ?? .null
                }
            })
    }

    private static func formatted(_ name: String, isLocal: Bool) -> Variable {
        Variable(
            [name], inner: .required,
            summary: "date in a format of strftime, \(isLocal ? "local time" : "UTC")"
        ) { _, reference in
            let format = (reference.inner ?? "").string
            return ScriptVariable(source: ByteString("$\(name)(\(format))")) { context in
                .string(
                    ByteString(
                        CalendarParts.text(
                            seconds: context.host.wallClock.seconds, format: format, isLocal: isLocal)))
            }
        }
    }
}
