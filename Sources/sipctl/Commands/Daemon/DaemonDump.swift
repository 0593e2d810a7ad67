import CommandLineInterface
import ControlProtocol

/// `dump` of every table the daemon keeps in memory: what it uses now.
enum DaemonDump {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "dump", summary: "show what the daemon has in memory",
            discussion: "Calls \(description.dump.joined(separator: ", ")).",
            arguments: [.repeated("WORD", "passed on to the method, as the name of a table")],
            examples: [Example("sipctl \(description.noun) dump", "kamctl's spelling")],
            run: { try run(description.dump, $0, $1) })
    }

    static func run(_ methods: [String], _ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let parameters = invocation.arguments.map(Daemon.parameter)
        for method in methods {
            try Daemon.write(try Daemon.call(method, parameters, invocation), invocation, console)
        }
        return .success
    }
}
