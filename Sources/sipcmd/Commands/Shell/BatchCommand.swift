import CommandLineInterface
import ControlProtocol

/// `sipcmd batch`: one call a line of standard input, all on one connection.
enum BatchCommand {
    // So many requests are on their way before the first answer is waited for.
    private static let windowCount = 256

    static let stop = CommandOption.flag("stop", "end with the first call that fails")

    static let command = Command(
        "batch", summary: "call the methods that standard input names, on one connection",
        discussion: """
            Each line is a method with its parameters, quoted as in a shell, or a JSON-RPC request; empty lines and \
            lines that begin with # are skipped. Each answer is a line of JSON: line, method, and result or error. \
            The exit code is that of the first call that failed.
            """,
        options: [stop], examples: [Example("sipcmd batch < calls.txt", "many calls on one connection")], run: run)

    private struct Request {
        let line: Int
        let method: String
        let parameters: CallParameters
    }

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let connection = try CallOptions.connect(invocation)
        var batch = Batch(connection: connection, console: console, stops: invocation.has(stop))
        var lines = InputLines()
        var number = 0
        var waiting: [Request] = []
        while batch.goesOn, let line = lines.next() {
            number += 1
            guard let request = try request(line, number) else { continue }
            waiting.append(request)
            if waiting.count == windowCount {
                try batch.run(waiting)
                waiting = []
            }
        }
        if batch.goesOn { try batch.run(waiting) }
        return batch.exitCode
    }

    private static func request(_ line: String, _ number: Int) throws(CommandFailure) -> Request? {
        let text = line.drop { $0 == " " || $0 == "\t" }
        guard !text.isEmpty, text != "\r", !text.hasPrefix("#") else { return nil }
        if text.hasPrefix("{") {
            guard let document = try? JSONParser.parse(String(text)), let method = document["method"]?.stringValue
            else { throw CommandFailure(.badData, "line \(number) is no JSON-RPC request") }
            switch document["params"] {
            case .array(let values)?:
                return Request(line: number, method: method, parameters: .document(.positional(values)))
            case .object(let members)?:
                return Request(line: number, method: method, parameters: .document(.named(members)))
            case nil: return Request(line: number, method: method, parameters: .words([]))
            case .some: throw CommandFailure(.badData, "line \(number): 'params' is neither an array nor an object")
            }
        }
        guard let words = CommandWords.split(line), let first = words.first else {
            throw CommandFailure(.badData, "line \(number) has an open quote")
        }
        let method = MethodAlias(first)?.method ?? first
        return Request(
            line: number, method: method, parameters: try CallParameters(words: Array(words.dropFirst()), document: nil)
        )
    }

    /// What has been called so far.
    private struct Batch {
        let connection: ServerConnection
        let console: Console
        let stops: Bool
        var exitCode = ExitCode.success

        var goesOn: Bool { !stops || exitCode == .success }

        mutating func run(_ requests: [Request]) throws {
            // With --stop nothing may run behind the call that fails.
            guard let native = connection.native, !stops else { return try runOneByOne(requests) }
            do throws(ControlClientError) {
                for request in requests {
                    try native.send(
                        JSONRPCRequest(
                            method: request.method, parameters: request.parameters.native,
                            id: .integer(Int64(request.line))))
                }
                for request in requests { write(request, try native.receive().outcome) }
            } catch {
                throw FaultReport.failure(error, method: "batch")
            }
        }

        private mutating func runOneByOne(_ requests: [Request]) throws {
            for request in requests where goesOn {
                do throws(ControlClientError) {
                    write(request, .success(try connection.call(request.method, request.parameters).json()))
                } catch .fault(let fault) {
                    write(request, .failure(fault))
                } catch {
                    throw FaultReport.failure(error, method: request.method)
                }
            }
        }

        private mutating func write(_ request: Request, _ outcome: Result<JSONValue, MethodFault>) {
            var members: [JSONMember] = [
                JSONMember("line", JSONValue(request.line)), JSONMember("method", .string(request.method)),
            ]
            switch outcome {
            case .success(let result): members.append(JSONMember("result", result))
            case .failure(let fault):
                members.append(JSONMember("error", fault.document))
                if exitCode == .success {
                    exitCode = FaultReport.failure(.fault(fault), method: request.method).exitCode
                }
            }
            console.write(JSONValue.object(members).text() + "\n")
        }
    }
}
