import ControlProtocol
import Logging
import ModuleInterface
import NetworkAddress
import OperatingSystem
import SIPMessage
import ScriptEngine

/// Writes log lines to stderr: the daemon's own (swift-log) and those of the script.
struct StandardErrorLog: LogHandler, ScriptLog {
    var metadata: Logger.Metadata = [:]
    private let format: Options.LogFormat
    private let levels: LogLevels

    /// Makes a log.
    init(format: Options.LogFormat, levels: LogLevels) {
        self.format = format
        self.levels = levels
    }

    /// What is let through to `log(event:)`, which then looks at the module that the line is of.
    var logLevel: Logger.Level {
        get { Self.loggerLevel(levels.greatest) }
        set {}
    }

    private static func loggerLevel(_ level: Int) -> Logger.Level {
        switch level {
        case ..<(-1): .critical
        case -1: .error
        // What the daemon does by itself is told from the usual level on.
        case 0...2: .info
        case 3: .debug
        default: .trace
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level >= Self.loggerLevel(levels.level(of: event.source)) else { return }
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        switch format {
        case .text:
            let tail = fields.map { " \($0.key)=\($0.value)" }.joined()
            Self.writeLine("\(Timestamp.now) \(event.level): \(event.message)\(tail)")
        case .json:
            let tail = fields.map { ",\(Self.quoted($0.key)):\(Self.quoted("\($0.value)"))" }.joined()
            Self.writeLine(
                "{\"time\":\"\(Timestamp.now)\",\"level\":\"\(event.level)\",\"message\":"
                    + "\(Self.quoted("\(event.message)"))\(tail)}")
        }
    }

    // MARK: - ScriptLog

    func isLogged(level: Int) -> Bool { level <= levels.level(of: LogLevels.script) }

    func write(level: Int, _ text: ByteString, in context: ScriptContext?) {
        let name = Self.levelName(level)
        switch format {
        case .text:
            var line = Array("\(Timestamp.now) \(name): script: ".utf8)
            line.append(contentsOf: text.bytes)
            if line.last != UInt8(ascii: "\n") { line.append(UInt8(ascii: "\n")) }
            StandardStream.write(line)
        case .json:
            Self.writeLine(
                "{\"time\":\"\(Timestamp.now)\",\"level\":\"\(name)\",\"source\":\"script\",\"message\":"
                    + "\(Self.quoted(text.string))}")
        }
    }

    private static func levelName(_ level: Int) -> String {
        switch level {
        case ..<(-3): "alert"
        case -3: "bug"
        case -2: "critical"
        case -1: "error"
        case 0: "warning"
        case 1: "notice"
        case 2: "info"
        default: "debug"
        }
    }

    private static func quoted(_ text: String) -> String {
        JSONValue.string(text).text()
    }

    // MARK: - stderr

    /// One write per line, so that lines of several threads do not mix.
    static func writeLine(_ text: String) {
        StandardStream.write(Array((text + "\n").utf8))
    }
}

/// Standard output of `--help` and `--version`.
enum StandardOutput {
    static func write(_ text: String) {
        print(text, terminator: "")
    }
}
