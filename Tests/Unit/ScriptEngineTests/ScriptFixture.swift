import NetworkAddress
import SIPMessage
import ScriptEngine
import ScriptSyntax
import Transport

/// A place where scripts run without a server: lines of the log are kept.
final class RecordingHost: ScriptHost {
    var lines: [String] = []
    let workerIndex = 0
    let sockets: [ListenSocket] = []
    let wallClock = (seconds: 1_700_000_000, microseconds: 0)

    func isLocal(host: ByteString, port: UInt16, transport: TransportProtocol?) -> Bool { host == "home.test" }
    func log(level: Int, _ text: ByteString, in context: ScriptContext?) { lines.append(text.string) }
    func isLogged(level: Int) -> Bool { level <= 0 }
    func configurationValue(group: String, name: String) -> ScriptValue? { nil }
}

private struct NoFiles: SourceLoader {
    func load(_ path: String) throws(SourceError) -> [UInt8] { throw .notFound }
}

/// What became of a script.
struct ScriptResult: Equatable {
    var notes: [String]
    var outcome: RunOutcome?
}

/// Compiles and runs scripts against a few functions and variables made for the tests.
///
/// `note("…")` keeps a text, `code(n)` returns a number, `wait()` suspends; `$v(name)` can be written, `$word` cannot.
enum ScriptFixture {
    static let request = """
        OPTIONS sip:bob@home.test SIP/2.0\r
        Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r
        From: <sip:alice@home.test>;tag=1\r
        To: <sip:bob@home.test>\r
        Call-ID: c1\r
        CSeq: 1 OPTIONS\r
        Content-Length: 0\r
        \r

        """

    final class Notes: @unchecked Sendable {
        var texts: [String] = []
        var values: [String: ScriptValue] = [:]
        weak var suspended: ScriptContext?
    }

    static func compile(_ text: String, _ notes: Notes = Notes()) -> (program: Program?, errors: [String]) {
        let parsed = ConfigurationParser(loader: NoFiles()).parse(Array(text.utf8), name: "test.cfg")
        let (program, diagnostics) = Program.compile(
            parsed.configuration, vocabulary: vocabulary(notes),
            settings: ProgramSettings(maxWhileLoops: 100, maxRecursiveLevel: 20, flagNames: [:]))
        let all = parsed.diagnostics + diagnostics
        return (
            program,
            all.filter { $0.severity == .error }.map { "\($0.location.line):\($0.location.column): \($0.message)" }
        )
    }

    /// Runs the request route of a configuration.
    static func run(_ text: String) throws -> ScriptResult {
        let notes = Notes()
        let (program, errors) = compile(text, notes)
        guard let program, errors.isEmpty, let route = program.requestRoute else {
            return ScriptResult(notes: errors, outcome: nil)
        }
        let message = try SIPMessage.parse(Array(request.utf8))
        let context = ScriptContext(message: message, received: nil, host: RecordingHost(), target: RequestTarget())
        var result: RunOutcome?
        program.run(route, in: context) { result = $0 }
        while result == nil, let waiting = notes.suspended {
            notes.suspended = nil
            notes.texts.append("waited")
            waiting.resume(returning: 1)
        }
        return ScriptResult(notes: notes.texts, outcome: result)
    }

    /// Runs statements and tells what they noted.
    static func notes(_ body: String, routes: String = "") throws -> [String] {
        try run("request_route {\n\(body)\n}\n\(routes)").notes
    }

    private static func vocabulary(_ notes: Notes) -> Vocabulary {
        var vocabulary = Vocabulary()
        vocabulary.add(
            ScriptFunction(name: "note", module: "test", parameters: [.format]) { arguments in
                { context in
                    notes.texts.append(arguments[0].text(in: context).string)
                    return .success
                }
            })
        vocabulary.add(
            ScriptFunction(name: "code", module: "test", parameters: [.integer]) { arguments in
                { context in .code(arguments[0].integer(in: context) ?? 0) }
            })
        vocabulary.add(
            ScriptFunction(name: "wait", module: "test") { _ in
                { context in
                    notes.suspended = context
                    return .suspended
                }
            })
        vocabulary.add(ScriptFunction(name: "failing", module: "test", routes: .failure) { _ in { _ in .success } })
        vocabulary.add(
            VariableClass(names: ["v"], module: "test", inner: .required) { reference in
                let name = (reference.inner ?? "").string
                return ScriptVariable(
                    source: "$v", read: { _ in notes.values[name] ?? .null },
                    write: { _, value in
                        notes.values[name] = value
                        return true
                    })
            })
        vocabulary.add(
            VariableClass(names: ["rc"], module: "test") { _ in
                ScriptVariable(source: "$rc", read: { .integer($0.returnCode) })
            })
        vocabulary.add(
            VariableClass(names: ["word"], module: "test") { _ in
                ScriptVariable(source: "$word", read: { _ in .string("word") })
            })
        return vocabulary
    }
}
