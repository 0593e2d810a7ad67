package import CommandLineInterface
import ControlProtocol

/// The command line of sipcmd.
package enum SipcmdProgram {
    static let server = CommandOption.value(
        "server", short: "s", "ADDRESS", environment: "SIPCMD_SERVER", default: ControlClient.defaultPath,
        "sipd's control socket, or unix:PATH for a ctl socket of Kamailio")
    static let output = CommandOption.value(
        "output", short: "o", "FORMAT", choices: ResultRendering.allCases.map(\.rawValue),
        default: ResultRendering.text.rawValue, "how the result is printed; text is kamcmd's layout")
    static let timeout = CommandOption.value(
        "timeout", "SECONDS", default: "30", "give up when nothing comes for that long")

    /// The program.
    package static func program(version: String) -> Program {
        Program(
            name: "sipcmd", version: version, summary: "call RPC methods of sipd, or of Kamailio",
            discussion: """
                A method that answers with a fault makes sipcmd exit with 64 (no such method), 65 (a parameter is \
                wrong), 67 (no such record), 70 (a bug of the daemon), 75 (busy, try again), 77 (not allowed) or 76 \
                (anything else); 69 means that no daemon was reached, 75 that it did not answer in time.
                """,
            options: [server, output, CallMethod.format, CallMethod.params, timeout],
            examples: [
                Example("sipcmd core.version", "which daemon is running"),
                Example("sipcmd list", "all methods"),
                Example("sipcmd help core.uptime", "what a method does"),
                Example("sipcmd --output json core.uptime", "the result as JSON"),
                Example(#"sipcmd --params '["hello"]' core.echo"#, "parameters as JSON"),
            ],
            commands: [], defaultCommand: CallMethod.command)
    }

    /// The words with kamcmd's `help METHOD` and `? METHOD` turned into the call that answers them.
    package static func words(_ words: [String]) -> [String] {
        guard let position = words.firstIndex(where: { $0 == "help" || $0 == "?" }),
            position + 1 == words.count - 1, words[position + 1].contains(".")
        else { return words }
        var words = words
        words[position] = "system.methodHelp"
        return words
    }
}
