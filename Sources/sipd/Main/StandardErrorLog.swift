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
    var logLevel: Logger.Level
    private let format: Options.LogFormat
    private let scriptLevel: Int

    /// Makes a log; `debug` is Kamailio's level: -1 error … 3 debug.
    init(format: Options.LogFormat, debug: Int) {
        self.format = format
        scriptLevel = debug
        logLevel = debug >= 4 ? .trace : debug >= 3 ? .debug : .info
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
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

    func isLogged(level: Int) -> Bool { level <= scriptLevel }

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
