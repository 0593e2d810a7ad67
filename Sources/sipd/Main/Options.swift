import CommandLineInterface
import ModuleInterface
import NetworkAddress
import Suggestions

/// The command line of `sipd`: Kamailio's options, with long forms beside them.
struct Options {
    /// What to do.
    enum Action {
        case help
        case version
        case reference
        case check(Options)
        case report(Options)
        /// Not in the help: writes docs/compatibility.md.
        case compatibility
        case run(Options)
    }

    /// How log lines look.
    enum LogFormat: String {
        case text
        case json
    }

    /// The configuration file; nil runs the built-in configuration.
    var configuration: String?
    /// Names for the preprocessor, `NAME` or `NAME=TEXT`.
    var defines: [String] = []
    /// Sockets that replace those of the configuration.
    var listens: [ListenSetting] = []
    /// Folder for the control sockets.
    var runFolder: String?
    /// Number of event loops.
    var workers: Int?
    /// How log lines look.
    var logFormat = LogFormat.text
    /// Folder to change to.
    var workingFolder: String?
    /// Whether the report of `--report` is JSON.
    var reportsJSON = false
    /// User to become after the sockets are open.
    var user: String?
    /// Group to become after the sockets are open.
    var group: String?
    /// File to write the process number to.
    var processFile: String?

    static func parse(_ arguments: [String]) throws(StartFailure) -> Action {
        var parser = OptionParser(arguments)
        return try parser.parse()
    }

    static let help = """
        usage: sipd [options]

        Runs a SIP registrar and proxy on a configuration in Kamailio's language, in the foreground.

          -f, --config FILE        configuration file (default: a built-in one on SQLite, with authentication)
          -c, --check              check the configuration, print all errors; exit 0 or 78
          -A, --define NAME[=TEXT] define a name for the preprocessor; TEXT is inserted raw (repeatable)
          -l, --listen SOCKET      [udp:|tcp:|tls:]ADDRESS[:PORT], replaces the configuration's sockets (repeatable)
          -Y, --run-folder DIR     folder of control.sock and of the ctl and jsonrpcs sockets
              --report             with -c: list every name used and whether it is supported here; exit 0 or 78
              --output FORMAT      of --report: text or json
              --workers N          number of event loops (default: one a core)
              --log-format FORMAT  text or json
          -w DIR                   change to this folder
          -u USER, -g GROUP        become this user, this group
          -P FILE                  write the process number to FILE
              --print-reference    print the reference of all RPC methods
          -v, --version            print the version
          -h, --help               print this text

        -D -DD -E -e -m -M -x -n -N -T are accepted for compatibility and have no effect.

        example: sipd -f /etc/sipd/sipd.cfg -l udp:127.0.0.1:5060

        """
}

/// Walks through the arguments: short options may be joined with their value (`-mfoo`), as getopt does.
private struct OptionParser {
    private var rest: ArraySlice<String>
    private var options = Options()
    private var checks = false
    private var reports = false

    init(_ arguments: [String]) {
        rest = arguments[...]
    }

    mutating func parse() throws(StartFailure) -> Options.Action {
        while let argument = rest.popFirst() {
            if argument == "-h" || argument == "--help" { return .help }
            if argument == "-v" || argument == "--version" || argument == "-V" { return .version }
            if argument == "--print-reference" { return .reference }
            if argument == "--compatibility" { return .compatibility }
            if argument.hasPrefix("--") {
                try long(argument)
            } else if argument.hasPrefix("-"), argument.count > 1 {
                try short(argument.dropFirst())
            } else {
                throw usage("unexpected argument '\(argument)'")
            }
        }
        if reports { return .report(options) }
        return checks ? .check(options) : .run(options)
    }

    private mutating func long(_ argument: String) throws(StartFailure) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        if name == "--check" { return checks = true }
        if name == "--report" { return reports = true }
        guard let letter = Self.longNames[name] else {
            let nearest = NearestName.of(
                name, among: Self.longNames.keys.sorted() + ["--check", "--report", "--help", "--version"])
            throw usage("unknown option '\(name)'", nearest: nearest)
        }
        let value = parts.count == 2 ? String(parts[1]) : try next(after: name)
        try set(letter, to: value, as: name)
    }

    private mutating func short(_ letters: Substring) throws(StartFailure) {
        var letters = letters
        while let letter = letters.popFirst() {
            switch letter {
            case "c": checks = true
            case "D", "E", "e", "T", "q", "d", "r", "R", "S", "K": continue
            case "f", "A", "l", "Y", "w", "u", "g", "P", "m", "M", "x", "n", "N", "L", "b", "O", "W", "t", "j", "G":
                let value = letters.isEmpty ? try next(after: "-\(letter)") : String(letters)
                letters = ""
                try set(String(letter), to: value, as: "-\(letter)")
            default:
                throw usage("unknown option '-\(letter)'")
            }
        }
    }

    private mutating func set(_ letter: String, to value: String, as name: String) throws(StartFailure) {
        switch letter {
        case "f": options.configuration = value
        case "A": options.defines.append(value)
        case "l": options.listens.append(try listen(value))
        case "Y": options.runFolder = value
        case "w": options.workingFolder = value
        case "u": options.user = value
        case "g": options.group = value
        case "P": options.processFile = value
        case "workers":
            guard let number = Int(value), (1...1024).contains(number) else {
                throw usage("\(name) takes a number from 1 to 1024, not '\(value)'")
            }
            options.workers = number
        case "log-format":
            guard let format = Options.LogFormat(rawValue: value) else {
                throw usage("\(name) takes text or json, not '\(value)'")
            }
            options.logFormat = format
        case "output":
            guard value == "text" || value == "json" else {
                throw usage("\(name) takes text or json, not '\(value)'")
            }
            options.reportsJSON = value == "json"
        default: break  // Memory, processes and paths of Kamailio: nothing to govern here.
        }
    }

    /// `[transport:]host[:port]`, IPv6 in brackets.
    private func listen(_ text: String) throws(StartFailure) -> ListenSetting {
        var host = Substring(text)
        var transport: TransportProtocol?
        if let colon = text.firstIndex(of: ":"), let named = Self.transports[text[..<colon].lowercased()] {
            transport = named
            host = text[text.index(after: colon)...]
        }
        var port: UInt16?
        let closing = host.lastIndex(of: "]")
        if let colon = host.lastIndex(of: ":"), closing.map({ colon > $0 }) ?? (host.firstIndex(of: ":") == colon) {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else {
                throw usage("'\(text)' has no valid port")
            }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw usage("'\(text)' names no address to listen on") }
        return ListenSetting(transport: transport, host: String(host), port: port)
    }

    private mutating func next(after name: String) throws(StartFailure) -> String {
        guard let value = rest.popFirst() else { throw usage("option '\(name)' needs a value") }
        return value
    }

    private func usage(_ message: String, nearest: String? = nil) -> StartFailure {
        StartFailure(
            message, hint: nearest.map { "did you mean '\($0)'?" } ?? "sipd --help lists the options", exitCode: .usage)
    }

    private static let longNames = [
        "--config": "f", "--define": "A", "--listen": "l", "--run-folder": "Y", "--workers": "workers",
        "--log-format": "log-format", "--output": "output",
    ]
    private static let transports: [String: TransportProtocol] = ["udp": .udp, "tcp": .tcp, "tls": .tls]
}
