import CommandLineInterface
import ControlProtocol
import Glibc

/// kamctl's `monitor`: the daemon's counters, again and again.
enum ServerMonitor {
    private static let periodOption = CommandOption.value(
        "period", "SECONDS", environment: "WATCH_PERIOD", default: "2", "how long between two looks")
    private static let groups = ["core:", "tm:", "sl:", "usrloc:", "shmem:"]

    static let command = Command(
        "monitor", aliases: ["console", "moni", "con"], summary: "show the daemon's counters, again and again",
        section: Sipctl.daemonSection, arguments: [.optional("LOOKS", "how often; until it is ended when missing")],
        options: [periodOption], examples: [Example("sipctl monitor 1", "one look")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let period = try FieldRule.number(1...3600).canonical("period", invocation.value(of: periodOption) ?? "2")
        var looks = Int.max
        if let text = invocation.argument(0) {
            looks = Int(try FieldRule.number(1...1_000_000).canonical("looks", text)) ?? 1
        }
        for look in 1...looks {
            if console.outputIsTerminal { console.write("\u{1B}[H\u{1B}[2J") }
            for method in ["core.version", "core.uptime"] {
                try Daemon.write(try Daemon.call(method, [], invocation), invocation, console)
            }
            for group in groups {
                let counters = try Daemon.call("stats.get_statistics", [.string(group)], invocation)
                for line in counters.arrayValue ?? [] { console.write((line.stringValue ?? line.text()) + "\n") }
            }
            try console.flush()
            if look < looks { sleep(UInt32(period) ?? 2) }
        }
        return .success
    }
}
