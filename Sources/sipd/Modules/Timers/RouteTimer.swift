import SIPMessage
import ScriptEngine

/// A timer of `modparam("rtimer", "timer", "name=t;interval=10;mode=1")`.
struct RouteTimer: Sendable, Equatable {
    /// The shortest time between two runs.
    private static let microsecondsMin = 1000

    var name: ByteString
    /// Between two runs.
    var microseconds: Int

    /// Reads a definition; the interval is in seconds, or with a `u` behind it in microseconds.
    init(_ text: ByteString, defaultSeconds: Int) throws(ScriptError) {
        let fields = try RouteTimer.fields(text)
        guard let name = fields["name"], !name.isEmpty else {
            throw ScriptError("timer '\(text)' has no name", hint: "write \"name=t;interval=10;mode=1\"")
        }
        self.name = name
        guard let interval = fields["interval"] else {
            microseconds = defaultSeconds * 1_000_000
            return
        }
        let isMicroseconds = interval.last == UInt8(ascii: "u")
        let digits = isMicroseconds ? interval.dropLast() : interval
        let unit = isMicroseconds ? 1 : 1_000_000
        guard let number = digits.integerValue, number > 0, number <= Int(Int32.max),
            number * unit >= Self.microsecondsMin
        else { throw ScriptError("timer '\(name)': interval is '\(interval)'", hint: "it is at least 1000u") }
        microseconds = number * unit
    }

    /// Reads `timer=t;route=CHECK`: the name of a timer and that of the route it runs.
    static func execution(_ text: ByteString) throws(ScriptError) -> (timer: ByteString, route: ByteString) {
        let fields = try fields(text)
        guard let timer = fields["timer"], let route = fields["route"], !route.isEmpty else {
            throw ScriptError("'\(text)' runs nothing", hint: "write \"timer=t;route=CHECK\"")
        }
        return (timer, route)
    }

    private static func fields(_ text: ByteString) throws(ScriptError) -> [String: ByteString] {
        var fields: [String: ByteString] = [:]
        for part in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else {
                throw ScriptError("'\(part)' is no attribute=value")
            }
            let name = ByteString(part.bytes[..<equals]).trimmed().string
            guard ["name", "interval", "mode", "timer", "route"].contains(name) else {
                throw ScriptError("unknown attribute '\(name)'", hint: "name, interval, mode; timer, route")
            }
            fields[name] = ByteString(part.bytes[(equals + 1)...]).trimmed().compacted()
        }
        return fields
    }
}
