import SIPMessage
import ScriptEngine

/// Kamailio's log levels.
enum LogLevel: Int, Sendable {
    case alert = -5
    case bug = -4
    case critical = -2
    case error = -1
    case warning = 0
    case notice = 1
    case info = 2
    case debug = 3

    /// The functions that write with a fixed level.
    static let functions: [(String, LogLevel)] = [
        ("xalert", .alert), ("xbug", .bug), ("xcrit", .critical), ("xerr", .error), ("xwarn", .warning),
        ("xnotice", .notice), ("xinfo", .info), ("xdbg", .debug), ("xdbgl", .debug),
    ]

    /// A level as an argument.
    enum Choice: Sendable {
        case constant(Int)
        case variable(ScriptVariable)

        /// Reads `L_INFO`, `L_ERR`, …, a number, or a variable that holds one.
        init(_ argument: Argument) throws(ScriptError) {
            if let variable = argument.variable {
                self = .variable(variable)
            } else if let level = LogLevel.named(argument.source) {
                self = .constant(level.rawValue)
            } else if let number = argument.source.integerValue {
                self = .constant(number)
            } else {
                throw ScriptError(
                    "unknown log level '\(argument.source.string)'", hint: "write L_ERR, L_INFO, L_DBG, …")
            }
        }

        func number(in context: ScriptContext) -> Int {
            switch self {
            case .constant(let number): number
            case .variable(let variable): variable.read(context).number
            }
        }
    }

    /// The level of a name; only the letters that tell levels apart are looked at, as in Kamailio.
    static func named(_ name: ByteString) -> LogLevel? {
        guard name.hasPrefix("L_"), name.count > 2 else { return nil }
        let rest = name.dropFirst(2)
        switch rest.first {
        case UInt8(ascii: "A"): return .alert
        case UInt8(ascii: "B"): return .bug
        case UInt8(ascii: "C"): return .critical
        case UInt8(ascii: "E"): return .error
        case UInt8(ascii: "W"): return .warning
        case UInt8(ascii: "N"): return .notice
        case UInt8(ascii: "I"): return .info
        case UInt8(ascii: "D"): return .debug
        default: return nil
        }
    }
}
