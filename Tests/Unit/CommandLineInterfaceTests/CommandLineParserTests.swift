import CommandLineInterface
import Testing

@Suite struct CommandLineParserTests {
    private static let server = CommandOption.value(
        "server", short: "s", "SOCKET", environment: "TOOL_SERVER", default: "/run/x", "where")
    private static let format = CommandOption.value(
        "output", "FORMAT", choices: ["table", "json"], environment: "TOOL_OUTPUT", "how")
    private static let tag = CommandOption.value("tag", "TEXT", repeats: true, "more")
    private static let force = CommandOption.flag("force", short: "f", environment: "TOOL_FORCE", "do it")
    private static let verbose = CommandOption.flag("verbose", short: "v", "say more")

    /// Prints what it was given, so that a test can look at it.
    @Sendable private static func echo(_ invocation: Invocation, _ console: Console) -> ExitCode {
        console.write(invocation.path.joined(separator: " ") + "(" + invocation.arguments.joined(separator: "|") + ")")
        for option in [server, format] {
            guard let setting = invocation.setting(of: option) else { continue }
            console.write(" \(option.name)=\(setting.value) from \(setting.origin)")
        }
        if !invocation.values(of: tag).isEmpty {
            console.write(" tags=\(invocation.values(of: tag).joined(separator: ","))")
        }
        if invocation.has(force) { console.write(" forced") }
        if invocation.has(verbose) { console.write(" verbose") }
        return .success
    }

    private static let program = Program(
        name: "tool", version: "1", summary: "do things", options: [server, format, verbose],
        commands: [
            Command(
                "box", aliases: ["crate"], summary: "boxes",
                subcommands: [
                    Command(
                        "add", summary: "add a box",
                        arguments: [.required("NAME", "its name"), .optional("SIZE", "its size")],
                        options: [force, tag], run: echo),
                    Command("list", summary: "list boxes", run: echo),
                ]),
            Command("send", summary: "send", arguments: [.repeated("WORD", "words", minimum: 1)], run: echo),
        ])

    private static let caller = Program(
        name: "call", version: "1", summary: "call", options: [server], commands: [],
        defaultCommand: Command(
            "", summary: "call a method", arguments: [.repeated("WORD", "method and parameters", minimum: 1)],
            optionsEndAtFirstArgument: true, run: echo))

    private func run(
        _ line: String, _ program: Program = program, _ environment: [String: String] = [:]
    ) -> (code: ExitCode, output: String, messages: String) {
        let environment = Environment(environment)
        let console = Console(output: .memory, messages: .memory, environment: environment)
        let words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        let code = program.run(words, environment: environment, console: console)
        return (code, console.capturedOutput, console.capturedMessages)
    }

    @Test(arguments: [
        ("box add a", "box add(a) server=/run/x from builtIn"),
        ("crate add a 3", "box add(a|3) server=/run/x from builtIn"),
        ("--server /y box add a", "box add(a) server=/y from commandLine"),
        ("box --server=/y add a", "box add(a) server=/y from commandLine"),
        ("box add a -s/y", "box add(a) server=/y from commandLine"),
        ("box add a -fvs /y", "box add(a) server=/y from commandLine forced verbose"),
        ("box add --server= a", "box add(a) server= from commandLine"),
        ("box add -- --server", "box add(--server) server=/run/x from builtIn"),
        ("box add -1 -.5", "box add(-1|-.5) server=/run/x from builtIn"),
        ("box add -", "box add(-) server=/run/x from builtIn"),
        ("box add '' ''", "box add(|) server=/run/x from builtIn"),
        ("box add a --tag x --tag=y", "box add(a) server=/run/x from builtIn tags=x,y"),
        ("box add add", "box add(add) server=/run/x from builtIn"),
        ("send a b c", "send(a|b|c) server=/run/x from builtIn"),
        ("box list --output json", "box list() server=/run/x from builtIn output=json from commandLine"),
    ])
    func `a command line is understood`(line: String, expected: String) {
        let result = run(line)
        #expect(result.output == expected)
        #expect(result.code == .success)
        #expect(result.messages.isEmpty)
    }

    @Test(arguments: [
        ("", "'tool' needs a command: box, send, help", "tool help"),
        ("box", "'tool box' needs a command: add, list", "tool help box"),
        ("bxo", "unknown command 'bxo'", "did you mean 'tool box'?"),
        ("box lst", "unknown command 'lst'", "did you mean 'tool box list'?"),
        ("box frobnicate", "unknown command 'frobnicate'", "'tool help box' lists what there is"),
        ("box add", "missing NAME", "usage: tool box add NAME [SIZE] [options]"),
        ("box add a b c", "unexpected argument 'c'", "usage: tool box add NAME [SIZE] [options]"),
        ("send", "missing WORD", "usage: tool send WORD..."),
        ("box add a --froce", "unknown option '--froce'", "did you mean '--force'?"),
        ("box list --force", "unknown option '--force'", "'tool help box list' lists the options"),
        ("box add a -x", "unknown option '-x'", "'tool help box add' lists the options"),
        ("box add a --server", "option '--server' needs a value: --server SOCKET", ""),
        ("box add a --force=1", "option '--force' takes no value", ""),
        ("box list --server a -s b", "option '-s' is given twice", ""),
        ("box list --output xml", "option '--output' does not know 'xml'", "choose one of table, json"),
        ("help bxo", "no help about 'bxo'", "did you mean 'box'?"),
    ])
    func `a wrong command line is refused with advice`(line: String, message: String, hint: String) {
        let result = run(line)
        #expect(result.code == .usage)
        #expect(result.output.isEmpty)
        #expect(result.messages == "tool: \(message)\n" + (hint.isEmpty ? "" : "hint: \(hint)\n"))
    }

    @Test func `the environment stands in for options`() {
        let environment = ["TOOL_SERVER": "/e", "TOOL_FORCE": "yes", "TOOL_OUTPUT": "json"]
        let result = run("box add a --output table", Self.program, environment)
        #expect(
            result.output
                == "box add(a) server=/e from environment(\"TOOL_SERVER\") output=table from commandLine forced")
        #expect(
            run("box add a", Self.program, ["TOOL_SERVER": "", "TOOL_FORCE": "0"]).output
                == "box add(a) server=/run/x from builtIn")
        let wrong = run("box list", Self.program, ["TOOL_OUTPUT": "xml"])
        #expect(wrong.code == .usage)
        #expect(wrong.messages.hasPrefix("tool: environment variable TOOL_OUTPUT does not know 'xml'\n"))
    }

    @Test func `a program can have a command without a name`() {
        #expect(run("ul.dump -x --server", Self.caller).output == "(ul.dump|-x|--server) server=/run/x from builtIn")
        #expect(run("-s /y ul.dump", Self.caller).output == "(ul.dump) server=/y from commandLine")
        #expect(run("", Self.caller).code == .usage)
    }

    @Test(arguments: ["--help", "-h", "box -h", "box add --help", "help box add", "help"])
    func `help is data and not an error`(line: String) {
        let result = run(line)
        #expect(result.code == .success)
        #expect(result.output.contains("usage: tool"))
        #expect(result.messages.isEmpty)
    }

    @Test func `help about a command says everything that is described`() {
        let page = run("help box add").output
        for part in [
            "NAME", "its name", "-f, --force", "TOOL_FORCE", "--tag TEXT", "-s, --server SOCKET", "default /run/x",
        ] {
            #expect(page.contains(part), "\(part)")
        }
    }

    @Test func `exit codes are listed`() {
        let page = run("help exit-codes").output
        #expect(page.split(separator: "\n").count == ExitCode.allCases.count)
        #expect(page.contains(" 67  no such record\n"))
    }

    @Test func `a typed error is translated and an unknown one is a bug`() {
        struct Known: Error {}
        struct Unknown: Error {}
        let program = Program(
            name: "tool", version: "1", summary: "x",
            commands: [
                Command("known", summary: "x", run: { _, _ in throw Known() }),
                Command("unknown", summary: "x", run: { _, _ in throw Unknown() }),
                Command(
                    "failing", summary: "x", run: { _, _ in throw CommandFailure(.tryLater, "a\u{1B}b", hint: "c") }),
            ],
            translate: { $0 is Known ? CommandFailure(.unavailable, "gone") : nil })
        #expect(run("known", program).code == .unavailable)
        #expect(run("unknown", program).code == .softwareFault)
        let failing = run("failing", program)
        #expect(failing.code == .tryLater)
        #expect(failing.messages == "tool: a\\x1bb\nhint: c\n")
    }
}
