import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// `sipcmd` without a method: a shell with history and completion, or the lines of a script.
enum ShellCommand {
    private static let prompt = "sipcmd> "
    private static let historyBytesMax = 1 << 20

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let connection = try CallOptions.connect(invocation)
        guard Terminal.isInteractive else { return try runScript(connection, invocation, console) }
        var editor = LineEditor()
        let historyPath = invocation.environment["HOME"].map { $0 + "/.sipcmd_history" }
        if let historyPath, let bytes = try? FileContents.read(historyPath, bytesMax: historyBytesMax) {
            editor.load(history: String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init))
        }
        console.write(
            "\(invocation.programName): 'help' lists the methods, 'help METHOD' explains one, TAB completes\n")
        while let line = try readLine(&editor, connection, console) {
            guard try execute(line, connection, invocation, console) else { break }
        }
        // Passwords may stand in it, so only its owner may read it.
        if let historyPath { _ = FileContents.write(editor.history.joined(separator: "\n") + "\n", to: historyPath) }
        if let historyPath { _ = FileEntry.setMode(0o600, of: historyPath) }
        return .success
    }

    private static func runScript(
        _ connection: ServerConnection, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        var lines = InputLines()
        while let line = lines.next() {
            guard try execute(line, connection, invocation, console) else { break }
        }
        return .success
    }

    /// Runs one line; false when the shell has to end.
    private static func execute(
        _ line: String, _ connection: ServerConnection, _ invocation: Invocation, _ console: Console
    ) throws -> Bool {
        guard var words = CommandWords.split(line) else {
            console.note("a quote is open")
            return true
        }
        switch words.first {
        case nil: return true
        case "quit", "exit": return false
        case "help" where words.count == 1, "?" where words.count == 1: words = ["system.listMethods"]
        case "help", "?": words[0] = "system.methodHelp"
        default: break
        }
        do {
            let call = try Call(words[0], Array(words.dropFirst()), invocation)
            _ = try call.run(on: connection, console)
        } catch let error as ControlClientError {
            guard case .fault = error else { throw FaultReport.failure(error, method: words[0]) }
            console.report(FaultReport.failure(error, method: words[0]), program: invocation.programName)
        } catch let failure as CommandFailure {
            console.report(failure, program: invocation.programName)
        }
        try console.flush()
        return true
    }

    private static func readLine(
        _ editor: inout LineEditor, _ connection: ServerConnection, _ console: Console
    ) throws -> String? {
        try Terminal.withKeys {
            console.write(prompt)
            try console.flush()
            while let byte = Terminal.readByte() {
                switch editor.take(byte) {
                case .none: break
                case .enter(let line):
                    console.write("\n")
                    try console.flush()
                    return line
                case .end:
                    console.write("\n")
                    return nil
                case .complete: complete(&editor, connection, console)
                }
                draw(editor, console)
                try console.flush()
            }
            return nil
        }
    }

    private static func draw(_ editor: LineEditor, _ console: Console) {
        console.write("\r\u{1B}[K\(prompt)\(String(editor.text))")
        let behind = editor.text.count - editor.cursor
        if behind > 0 { console.write("\u{1B}[\(behind)D") }
    }

    private static func complete(_ editor: inout LineEditor, _ connection: ServerConnection, _ console: Console) {
        let completion = Completion { method, parameters in
            try? connection.call(method, .document(.positional(parameters))).json()
        }
        let words = editor.wordsBeforeCursor
        let candidates = completion.candidates(words)
        guard let first = candidates.first, let last = words.last else { return }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        editor.insert(String(common.dropFirst(last.count)))
        if candidates.count == 1 {
            editor.insert(" ")
        } else if common.count == last.count {
            console.write("\n" + candidates.joined(separator: "  ") + "\n")
        }
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
