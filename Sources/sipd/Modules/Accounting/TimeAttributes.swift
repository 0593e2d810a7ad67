import Database
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

/// A second form of the time in log lines and rows (Kamailio: `time_mode`).
struct TimeAttributes: Sendable {
    private enum Mode: Int {
        case none, parts, number, local, universal
    }

    private let mode: Mode
    private let name: SQLIdentifier
    private let fractionName: SQLIdentifier
    private let format: String

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        mode = Mode(rawValue: parameters.integer("time_mode")) ?? .none
        name = try AccountingSettings.identifier("time_attr", parameters)
        fractionName = try AccountingSettings.identifier("time_exten", parameters)
        format = (parameters.string("time_format") ?? "").string
    }

    /// The fields of a log line, with their semicolons.
    func logText(_ time: AccountingTime) -> String {
        switch mode {
        case .none: ""
        case .parts: ";\(fractionName)=\(time.microseconds)"
        case .number: ";\(name)=\(time.text)"
        case .local, .universal: ";\(name)=\(formatted(time))"
        }
    }

    /// The columns with their values.
    func values(_ time: AccountingTime) -> [(SQLIdentifier, DatabaseValue)] {
        switch mode {
        case .none: []
        case .parts:
            [(name, .integer(Int64(time.seconds))), (fractionName, .integer(Int64(time.microseconds)))]
        case .number: [(name, .real(Double(time.seconds) + Double(time.microseconds) / 1_000_000))]
        case .local, .universal: [(name, .text(formatted(time)))]
        }
    }

    private func formatted(_ time: AccountingTime) -> String {
        CalendarParts.text(seconds: time.seconds, format: format, isLocal: mode == .local)
    }
}

/// A moment with its fraction, as accounts show it.
struct AccountingTime: Sendable, Equatable {
    var seconds: Int
    var microseconds: Int

    /// Now.
    static var now: AccountingTime {
        let now = WallClock.now
        return AccountingTime(seconds: now.seconds, microseconds: now.microseconds)
    }

    init(seconds: Int, microseconds: Int) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    /// Reads what `text` has written.
    init?(_ text: ByteString) {
        let parts = text.split(on: UInt8(ascii: "."))
        guard let seconds = parts.first?.integerValue, seconds >= 0, parts.count <= 2 else { return nil }
        var milliseconds = 0
        if parts.count == 2 {
            guard parts[1].count == 3, let fraction = parts[1].integerValue, fraction >= 0 else { return nil }
            milliseconds = fraction
        }
        self.init(seconds: seconds, microseconds: milliseconds * 1000)
    }

    /// Seconds with three digits behind the point: `1795398350.585`.
    var text: String { "\(seconds)." + Self.threeDigits(microseconds / 1000) }

    /// The milliseconds since another moment; 0 when that is later.
    func milliseconds(since start: AccountingTime) -> Int {
        let (difference, overflow) = seconds.subtractingReportingOverflow(start.seconds)
        guard !overflow, difference >= 0, difference < Int(Int32.max) else { return 0 }
        return max(0, difference * 1000 + microseconds / 1000 - start.microseconds / 1000)
    }

    private static func threeDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}
