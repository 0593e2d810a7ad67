import CommandLineInterface
import ControlProtocol

/// `sipcmd METHOD [ARG...]`: one call to each server, its result on standard output.
enum CallMethod {
    static let params = CommandOption.value(
        "params", "JSON", "the parameters as a JSON array, or by name as an object")
    static let format = CommandOption.value(
        "format", short: "f", "FORMAT", #"print values by a pattern: %v is the next value, %% a %, \n \t as in C"#)
    static let rollback = CommandOption.flag("rollback", "of a reload: put back what was in use before the last one")
    static let validate = CommandOption.flag("validate", "of a reload: check all rows and change nothing")

    static let command = Command(
        "", summary: "call an RPC method, or begin a shell",
        arguments: [
            .optional("METHOD", "the method, 'ul.dump'; 'sipcmd list' shows all; without it a shell begins"),
            .repeated("ARG", "a parameter; whole numbers are sent as such, s:TEXT is always a text"),
        ],
        run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard let word = invocation.argument(0) else { return try ShellCommand.run(invocation, console) }
        let call = try Call(word, Array(invocation.arguments.dropFirst()), invocation)
        let servers = try CallOptions.servers(invocation)
        guard servers.count == 1 else { return try FanOut(call, servers, invocation).run(console) }
        let connection = try CallOptions.connect(invocation)
        do throws(ControlClientError) {
            return try call.run(on: connection, console)
        } catch {
            throw FaultReport.failure(error, method: call.method)
        }
    }
}

/// One call as it was typed, and how its result is to be printed.
struct Call {
    let method: String
    let parameters: CallParameters
    let rendering: ResultRendering
    let format: String?
    private let streams: Bool
    private let isVerbose: Bool

    init(_ word: String, _ arguments: [String], _ invocation: Invocation) throws(CommandFailure) {
        let alias = MethodAlias(word)
        method = alias?.method ?? word
        rendering = try CallOptions.rendering(invocation)
        guard rendering == .text || !invocation.isTyped(CallMethod.format) else {
            throw CommandFailure(.usage, "--format and --output \(rendering.rawValue) exclude each other")
        }
        format = invocation.value(of: CallMethod.format) ?? alias?.format
        streams = invocation.has(ListingArguments.stream)
        isVerbose = invocation.has(CallOptions.verbose)
        var options = try ListingArguments.members(invocation)
        let flags = [(CallMethod.validate, "validate"), (CallMethod.rollback, "rollback")]
        let given = flags.filter { invocation.has($0.0) }.map { JSONMember($0.1, true) }
        let typed = try CallParameters(words: arguments, document: invocation.value(of: CallMethod.params))
        if given.isEmpty {
            parameters = typed.adding(options: options)
        } else {
            guard arguments.isEmpty else {
                throw CommandFailure(.usage, "--validate and --rollback take no other parameters")
            }
            options += given
            parameters = .document(.named(options))
        }
    }

    /// Calls and prints; the exit code is 1 when the answer is no.
    func run(on connection: ServerConnection, _ console: Console) throws(ControlClientError) -> ExitCode {
        let start = ContinuousClock.now
        defer {
            if isVerbose { console.note("\(method): \((ContinuousClock.now - start) / .milliseconds(1)) ms") }
        }
        if streams, let native = connection.native {
            var printer = RowPrinter(rendering, console)
            let summary = try native.stream(method, parameters.native) { row in
                printer.write(row)
                return !console.hasFailed
            }
            printer.finish()
            if let cursor = summary["cursor"]?.stringValue { console.note("there is more: --cursor \(cursor)") }
            return .success
        }
        let answer = try connection.call(method, parameters)
        if rendering == .text, let format {
            console.write(ResultFormat(format).text(of: ResultText.values(of: try answer.records())))
        } else {
            try rendering.write(answer, to: console)
        }
        guard case .document(let document) = answer else { return .success }
        return Self.isNegative(method, document) ? .negative : .success
    }

    /// Whether a method that answers yes or no answered no.
    private static func isNegative(_ method: String, _ result: JSONValue) -> Bool {
        switch method {
        case "core.health": result["ready"] == false
        case "core.drift": result["drift"] == true
        case "permissions.check": result["match"] == false
        default: false
        }
    }
}
