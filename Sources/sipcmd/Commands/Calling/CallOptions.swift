import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// The options of a call, read from the command line.
enum CallOptions {
    static let server = CommandOption.value(
        "server", short: "s", "ADDRESS", environment: "SIPCMD_SERVER", default: ControlClient.defaultPath,
        repeats: true,
        "sipd's control socket, or where a Kamailio listens (see above); several call several servers")
    static let allNodes = CommandOption.flag(
        "all-nodes", "call all servers of SIPCMD_NODES, or of /etc/sipd/nodes, one a line")
    static let diff = CommandOption.flag("diff", "with several servers: print what differs from the first, exit 1 then")
    static let output = CommandOption.value(
        "output", short: "o", "FORMAT", choices: ResultRendering.allCases.map(\.rawValue),
        default: ResultRendering.text.rawValue, "how the result is printed; text is kamcmd's layout")
    static let timeout = CommandOption.value(
        "timeout", short: "t", "SECONDS", default: "30", "give up when nothing comes for that long")
    static let replySocket = CommandOption.value(
        "reply-socket", short: "R", "PATH", "name of the socket that a datagram server answers to")
    static let replyFolder = CommandOption.value(
        "reply-folder", short: "D", "DIR", default: "/tmp", "folder of sockets and FIFOs for answers")
    static let verbose = CommandOption.flag(
        "verbose", short: "v", "tell on standard error what is called and how long it took")
    static let shared = [server, allNodes, diff, output, timeout, replySocket, replyFolder, verbose]

    private static let nodesPath = "/etc/sipd/nodes"

    static func rendering(_ invocation: Invocation) throws(CommandFailure) -> ResultRendering {
        let name = invocation.value(of: output) ?? ResultRendering.text.rawValue
        guard let rendering = ResultRendering(rawValue: name) else {
            throw CommandFailure(.usage, "output format '\(name)' is not known")
        }
        return rendering
    }

    static func settings(_ invocation: Invocation) throws(CommandFailure) -> ServerConnection.Settings {
        var settings = ServerConnection.Settings()
        settings.silenceMax = try seconds(invocation.value(of: timeout) ?? "30", "--timeout")
        settings.answerFolder = invocation.value(of: replyFolder) ?? "/tmp"
        settings.answerPath = invocation.value(of: replySocket)
        return settings
    }

    /// A number of seconds above 0.
    static func seconds(_ text: String, _ option: String) throws(CommandFailure) -> Duration {
        // A day: more is a mistake, and the sum with the clock has to stay in range.
        guard let seconds = Double(text), seconds > 0, seconds <= 86400 else {
            throw CommandFailure(.usage, "\(option) '\(text)' is not a number of seconds above 0 and up to 86400")
        }
        return .milliseconds(max(Int64(seconds * 1000), 1))
    }

    /// The servers to call, as they were named.
    static func servers(_ invocation: Invocation) throws(CommandFailure) -> [String] {
        guard invocation.has(allNodes) else { return invocation.values(of: server) }
        let text: String
        if let nodes = invocation.environment["SIPCMD_NODES"] {
            text = nodes
        } else if let bytes = try? FileContents.read(nodesPath, bytesMax: 1 << 20) {
            text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
                .joined(separator: "\n")
        } else {
            throw CommandFailure(
                .usage, "--all-nodes: neither SIPCMD_NODES nor \(nodesPath) names servers",
                hint: "SIPCMD_NODES='/run/sipd/control.sock tcp:192.0.2.7' sipcmd --all-nodes core.version")
        }
        let names = text.split { $0 == "," || $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
        guard !names.isEmpty else { throw CommandFailure(.usage, "--all-nodes: no servers are named") }
        return names
    }

    /// Connects to the one server that interactive commands work with.
    static func connect(_ invocation: Invocation) throws(CommandFailure) -> ServerConnection {
        let names = try servers(invocation)
        guard names.count == 1 else { throw CommandFailure(.usage, "this command works with one server only") }
        let address = try ServerAddress(names[0])
        let settings = try settings(invocation)
        do throws(ControlClientError) {
            return try ServerConnection(address, settings)
        } catch {
            throw FaultReport.failure(error, method: names[0])
        }
    }
}
