import CommandLineInterface
import ControlProtocol
import Testing

@testable import SipcmdCommands

@Suite struct SipcmdTests {
    @Test(
        arguments: [
            ("5", .integer(5), .integer(5)), ("-7", .integer(-7), .integer(-7)), ("007", "007", .integer(7)),
            ("+49", "+49", .integer(49)), ("1.5", .number(1.5), .number(1.5)), ("1.50", "1.50", .number(1.5)),
            ("1e3", "1e3", .number(1000)), ("0x10", "0x10", .number(16)), ("", "", .integer(0)), ("s:5", "5", "5"),
            ("s:", "", ""), ("i:5", .integer(5), .integer(5)), (" 7", " 7", .integer(7)), ("7 ", "7 ", "7 "),
            ("alice", "alice", "alice"), ("99999999999999999999", "99999999999999999999", .number(1e20)),
        ] as [(String, JSONValue, JSONValue)])
    func `words are typed`(word: String, lossless: JSONValue, kamcmd: JSONValue) throws {
        let typed = try TypedWord(word)
        #expect(typed.lossless == lossless)
        #expect(typed.kamcmd == kamcmd)
    }

    @Test func `a word that promises an integer has to be one`() {
        #expect(throws: CommandFailure.self) { try TypedWord("i:x") }
    }

    @Test(arguments: [
        ("/run/sipd/control.sock", ServerAddress.detected(path: "/run/sipd/control.sock")),
        ("control.sock", .detected(path: "control.sock")), ("native:x", .native(path: "x")),
        ("unix:/run/k", .binRPC(path: "/run/k")), ("unixs:/run/k", .binRPC(path: "/run/k")),
        ("binrpc:/run/k", .binRPC(path: "/run/k")), ("/run/a:b", .detected(path: "/run/a:b")),
        ("unixd:/run/k", .binRPCDatagram(path: "/run/k")), ("fifo:/run/f", .fifo(path: "/run/f")),
        ("dgram:/run/d", .jsonDatagram(path: "/run/d")), ("dgram:[::1]:7", .jsonPort(host: "::1", port: 7)),
        ("tcp:127.0.0.1:2046", .binRPCPort(host: "127.0.0.1", port: 2046, isDatagram: false)),
        ("udp:localhost", .binRPCPort(host: "localhost", port: 2049, isDatagram: true)),
        ("localhost:2047", .binRPCPort(host: "localhost", port: 2047, isDatagram: true)),
        ("http://127.0.0.1:8080/RPC", .http(host: "127.0.0.1", port: 8080, target: "/RPC")),
        ("http://[::1]", .http(host: "::1", port: 80, target: "/RPC")),
    ])
    func `addresses are read`(text: String, address: ServerAddress) throws {
        #expect(try ServerAddress(text) == address)
    }

    @Test(arguments: [
        "https://h/RPC", "", "unix:", "bad:zz", "tcp:h:0", "tcp:h:99999", "http://", "dgram:h", "http://h/a b",
    ])
    func `addresses that cannot be used are refused`(text: String) {
        #expect(throws: CommandFailure.self) { try ServerAddress(text) }
    }

    @Test(arguments: [
        (MethodFault.unknownMethod("x", nearest: nil), ExitCode.usage),
        (MethodFault(500, "command x not found"), .usage), (MethodFault(500, "Method Not Found"), .usage),
        (.missingParameter(0, "table", wanted: "a string"), .badData), (.badRequest("x"), .badData),
        (.notFound("x"), .noSuchRecord), (.denied("x", needed: .admin, has: .viewer), .permissionDenied),
        (.internalError("x"), .softwareFault), (.failed("x"), .protocolViolation),
        (MethodFault(500, "x", kind: "record"), .noSuchRecord), (MethodFault(-32002, "x"), .tryLater),
    ])
    func `each kind of fault has its exit code`(fault: MethodFault, code: ExitCode) {
        #expect(FaultReport.failure(.fault(fault), method: "m").exitCode == code)
    }

    @Test(arguments: [
        (ControlClientError.notFound(path: "p"), ExitCode.unavailable), (.refused(path: "p"), .unavailable),
        (.denied(path: "p"), .permissionDenied), (.timedOut(.seconds(1)), .tryLater),
        (.closed(path: "p"), .protocolViolation), (.malformedAnswer("x"), .protocolViolation),
    ])
    func `each way not to get an answer has its exit code`(error: ControlClientError, code: ExitCode) {
        #expect(FaultReport.failure(error, method: "m").exitCode == code)
    }

    @Test func `a fault says method, message, code and hint`() {
        let failure = FaultReport.failure(.fault(.unknownMethod("ul.dmup", nearest: "ul.dump")), method: "ul.dmup")
        #expect(failure.message == "ul.dmup: method 'ul.dmup' not found (-32601)")
        #expect(failure.hint == "did you mean 'ul.dump'?")
    }

    @Test func `the innermost list gives the rows`() {
        let contact: JSONValue = ["Contact": ["Address": "sip:a", "Q": 0.5]]
        let other: JSONValue = ["Contact": ["Address": "sip:b", "Expires": 7]]
        let table = ResultTable([
            "Domains": [
                [
                    "Domain": [
                        "Domain": "location",
                        "AoRs": [
                            ["Info": ["AoR": "alice", "Contacts": [contact, other]]],
                            ["Info": ["AoR": "bob", "Contacts": [contact]]],
                        ],
                        "Stats": ["Records": 2],
                    ]
                ]
            ]
        ])
        #expect(table.columns == ["Domain", "Stats.Records", "AoR", "Address", "Q", "Expires"])
        #expect(
            table.rows == [
                [.text("location"), .integer(2), .text("alice"), .text("sip:a"), .real(0.5), .null],
                [.text("location"), .integer(2), .text("alice"), .text("sip:b"), .null, .integer(7)],
                [.text("location"), .integer(2), .text("bob"), .text("sip:a"), .real(0.5), .null],
            ])
    }

    @Test(
        arguments: [
            ("x", ["value"], [[.text("x")]]), ([1, 2], ["value"], [[.integer(1)], [.integer(2)]]), ([:], [], []),
            (["a": 1, "b": ["c": 2]], ["a", "b.c"], [[.integer(1), .integer(2)]]),
            ([["item": ["ip": "::1"], "group": 1]], ["item.ip", "group"], [[.text("::1"), .integer(1)]]),
        ] as [(JSONValue, [String], [[Field]])])
    func `other results give rows too`(result: JSONValue, columns: [String], rows: [[Field]]) {
        let table = ResultTable(result)
        #expect(table.columns == columns)
        #expect(table.rows == rows)
    }

    private func run(_ words: String...) -> (code: ExitCode, output: String, messages: String) {
        let environment = Environment([:])
        let console = Console(output: .memory, messages: .memory, environment: environment)
        let code = SipcmdProgram.program(version: "0").run(words, environment: environment, console: console)
        return (code, console.capturedOutput, console.capturedMessages)
    }

    @Test func `a daemon that is not there is said so`() {
        let result = run("-s", "/nonexistent/control.sock", "core.version")
        #expect(result.code == .unavailable)
        #expect(
            result.messages == """
                sipcmd: no daemon at '/nonexistent/control.sock': there is no such socket
                hint: is sipd running? --server and SIPCMD_SERVER say where its socket is

                """)
        #expect(result.output == "")
    }

    @Test(arguments: [
        ["--timeout", "0", "m"], ["--timeout", "x", "m"], ["--params", "5", "m"], ["--params", "{", "m"],
        ["--params", "[]", "m", "word"], ["-o", "xml", "m"], ["-o", "json", "-f", "%v", "m"],
    ])
    func `a wrong command line is refused before anything is called`(words: [String]) {
        let environment = Environment([:])
        let console = Console(output: .memory, messages: .memory, environment: environment)
        let code = SipcmdProgram.program(version: "0").run(words, environment: environment, console: console)
        #expect(code == .usage)
    }

    @Test func `help of a method is asked of the daemon`() {
        #expect(
            SipcmdProgram.words(["-s", "x", "help", "core.version"]) == [
                "-s", "x", "system.methodHelp", "core.version",
            ])
        #expect(SipcmdProgram.words(["?", "ul.dump"]) == ["system.methodHelp", "ul.dump"])
        #expect(SipcmdProgram.words(["help"]) == ["help"])
        #expect(SipcmdProgram.words(["core.echo", "help", "a", "b"]) == ["core.echo", "help", "a", "b"])
    }
}
