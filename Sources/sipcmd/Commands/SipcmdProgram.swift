package import CommandLineInterface
import ControlProtocol

/// The command line of sipcmd.
package enum SipcmdProgram {
    /// The program.
    package static func program(version: String) -> Program {
        Program(
            name: "sipcmd", version: version, summary: "call RPC methods of sipd, or of Kamailio",
            discussion: """
                A server is a path, where sipd's own socket, a ctl socket, jsonrpcs' datagram socket and its FIFO are \
                told from each other; or unix:PATH, unixd:PATH, tcp:HOST[:PORT], udp:HOST[:PORT] (binrpc of module \
                ctl), fifo:PATH, dgram:PATH, dgram:HOST:PORT, http://HOST:PORT/PATH (module jsonrpcs).

                A method that answers with a fault makes sipcmd exit with 64 (no such method), 65 (a parameter is \
                wrong), 67 (no such record), 70 (a bug of the daemon), 75 (busy, try again), 77 (not allowed) or 76 \
                (anything else); 69 means that no daemon was reached, 75 that it did not answer in time, 1 that the \
                answer is no.
                """,
            options: CallOptions.shared + [CallMethod.format, CallMethod.params] + ListingArguments.all
                + [CallMethod.validate, CallMethod.rollback],
            examples: [
                Example("sipcmd core.version", "which daemon is running"),
                Example("sipcmd list", "all methods"),
                Example("sipcmd help core.uptime", "what a method does"),
                Example("sipcmd --output json core.uptime", "the result as JSON"),
                Example(#"sipcmd --params '["hello"]' core.echo"#, "parameters as JSON"),
                Example("sipcmd --limit 3 --where 'value^=core.' list", "some rows of a listing"),
            ],
            commands: commands, defaultCommand: CallMethod.command)
    }

    private static let commands = [
        BatchCommand.command, WatchCommand.command, EventsCommand.command, TopCommand.command, RestoreCommand.command,
        CompletionCommands.script, manual, CompletionCommands.complete,
    ]

    /// The words that are no methods.
    static var commandNames: [String] {
        ["batch", "watch", "events", "top", "restore", "completion", "manual", "help"]
    }

    private static let manual = Command(
        "manual", summary: "print the manual page",
        examples: [Example("sipcmd manual > /usr/local/share/man/man1/sipcmd.1", "install the manual page")]
    ) { invocation, console in
        console.write(ManualPage.text(of: program(version: Release.version)))
        return .success
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
