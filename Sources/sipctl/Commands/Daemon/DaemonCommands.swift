import CommandLineInterface
import ControlProtocol

/// kamctl's commands that only call the daemon.
enum DaemonCommands {
    static let all: [Command] = [
        rpc, print, simple("ps", "the daemon's processes", "core.psx"),
        simple("psa", "the daemon's processes", "core.psa"),
        simple("uptime", "how long the daemon runs", "core.uptime"), statistics, server, ping, restartTelephone,
    ]

    private static func simple(_ name: String, _ summary: String, _ method: String) -> Command {
        Command(
            name, summary: summary, section: Sipctl.daemonSection,
            examples: [Example("sipctl \(name)", "kamctl's spelling")],
            run: { invocation, console in
                try Daemon.write(try Daemon.call(method, [], invocation), invocation, console)
                return .success
            })
    }

    private static let rpc = Command(
        "rpc", summary: "call a method of the daemon", section: Sipctl.daemonSection,
        arguments: [
            .required("METHOD", "as in core.uptime"), .repeated("VALUE", "s:TEXT, i:NUMBER, or what it looks like"),
        ],
        examples: [Example("sipctl rpc core.uptime", "kamctl's spelling")], optionsEndAtFirstArgument: true,
        run: { invocation, console in
            let parameters = invocation.arguments.dropFirst().map(Daemon.parameter)
            try Daemon.write(try Daemon.call(invocation.required(0), parameters, invocation), invocation, console)
            return .success
        })

    private static let print = Command(
        "rpcprint", summary: "print the request that rpc would send", section: Sipctl.daemonSection,
        arguments: rpc.arguments, examples: [Example("sipctl rpcprint core.uptime", "kamctl's spelling")],
        optionsEndAtFirstArgument: true,
        run: { invocation, console in
            let parameters = invocation.arguments.dropFirst().map(Daemon.parameter)
            let request = JSONRPCRequest(
                method: try invocation.required(0), parameters: .positional(parameters), id: 1)
            console.write(request.document.text() + "\n")
            return .success
        })

    private static let statistics = Command(
        "stats", summary: "the daemon's counters", section: Sipctl.daemonSection,
        arguments: [.optional("GROUP", "only this group, or this counter")],
        examples: [Example("sipctl stats core", "kamctl's spelling")],
        run: { invocation, console in
            let group = invocation.argument(0).map { $0.contains(":") || $0 == "all" ? $0 : "\($0):" } ?? "all"
            try Daemon.write(
                try Daemon.call("stats.get_statistics", [.string(group)], invocation), invocation, console)
            return .success
        })

    private static let server = Command(
        "srv", summary: "facts about the running daemon", section: Sipctl.daemonSection,
        subcommands: [
            simple("sockets", "the sockets it listens on", "corex.list_sockets"),
            simple("aliases", "the names it takes for its own", "corex.list_aliases"),
            simple("rpclist", "the methods it has", "system.listMethods"),
            simple("modules", "the modules it has loaded", "core.modules"),
            simple("version", "its version", "core.version"), debug,
        ].map {
            var command = $0
            command.section = ""
            command.examples = [Example("sipctl srv \($0.name)", "kamctl's spelling")]
            return command
        })

    private static let debug = Command(
        "debug", summary: "show or set the level of messages", arguments: [.optional("LEVEL", "from -3 to 4")],
        run: { invocation, console in
            var parameters: [JSONValue] = []
            if let text = invocation.argument(0) {
                let level = try FieldRule.number(-5...10).canonical("level", text)
                parameters.append(.integer(Int64(level) ?? 0))
            }
            try Daemon.write(try Daemon.call("corex.debug", parameters, invocation), invocation, console)
            return .success
        })

    // MARK: Requests

    private static let ping = Command(
        "ping", summary: "send OPTIONS and show the answer",
        discussion: "The exit code is 0 when the answer is 2xx, 1 when it is another one.",
        section: Sipctl.daemonSection,
        arguments: [.required("URI", "sip:user@host")],
        examples: [Example("sipctl ping sip:alice@192.0.2.5", "kamctl's spelling")],
        run: { invocation, console in
            let uri = try FieldRule.sipURI.canonical("URI", invocation.required(0))
            let answer = try Daemon.call(
                "tm.t_uac_wait_block",
                request("OPTIONS", uri, invocation, "Contact: <sip:daemon@\(domain(invocation))>\r\n"),
                invocation)
            try Daemon.write(answer, invocation, console)
            let code = answer["code"]?.integerValue ?? Int64(answer["code"]?.stringValue ?? "") ?? 0
            return (200..<300).contains(code) ? .success : .negative
        })

    private static let restartTelephone = Command(
        "cisco_restart", summary: "ask a telephone to load its configuration again", section: Sipctl.daemonSection,
        arguments: [.required("URI", "sip:user@host")],
        examples: [Example("sipctl cisco_restart sip:alice@192.0.2.5", "kamctl's spelling")],
        run: { invocation, console in
            let uri = try FieldRule.sipURI.canonical("URI", invocation.required(0))
            try Daemon.write(
                try Daemon.call(
                    "tm.t_uac_start", request("NOTIFY", uri, invocation, "Event: check-sync\r\n"), invocation),
                invocation, console)
            return .success
        })

    private static func domain(_ invocation: Invocation) -> String {
        invocation.value(of: Settings.domainOption) ?? "localhost"
    }

    private static func request(
        _ method: String, _ uri: String, _ invocation: Invocation, _ headers: String
    ) -> [JSONValue] {
        let from = "From: <sip:daemon@\(domain(invocation))>\r\nTo: <\(uri)>\r\n"
        return [.string(method), .string(uri), ".", ".", .string(from + headers)]
    }
}
