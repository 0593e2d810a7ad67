import CommandLineInterface
import ControlProtocol

/// One call to several servers, one after another: each result under its server's name, or what differs.
struct FanOut {
    private let call: Call
    private let servers: [String]
    private let settings: ServerConnection.Settings
    private let wantsDifferences: Bool

    init(_ call: Call, _ servers: [String], _ invocation: Invocation) throws(CommandFailure) {
        self.call = call
        self.servers = servers
        settings = try CallOptions.settings(invocation)
        wantsDifferences = invocation.has(CallOptions.diff)
    }

    private struct Node {
        let server: String
        let outcome: Result<JSONValue, CommandFailure>
        let lines: [String]
    }

    /// Calls all of them; the exit code is that of the first failure.
    func run(_ console: Console) throws -> ExitCode {
        var nodes: [Node] = []
        for server in servers { nodes.append(ask(server)) }
        switch call.rendering {
        case .text, .table, .csv, .tsv: wantsDifferences ? writeDifferences(nodes, console) : write(nodes, console)
        case .json: console.write(JSONValue.array(nodes.map(document)).text(.pretty) + "\n")
        case .jsonl: for node in nodes { console.write(document(node).text() + "\n") }
        }
        for node in nodes {
            guard case .failure(let failure) = node.outcome else { continue }
            if call.rendering == .text { console.note("\(node.server): \(failure.message)") }
            return failure.exitCode
        }
        let isSame = nodes.allSatisfy { $0.lines == nodes[0].lines }
        return wantsDifferences && !isSame ? .negative : .success
    }

    private func ask(_ server: String) -> Node {
        do {
            let connection = try ServerConnection(try ServerAddress(server), settings)
            let answer = try connection.call(call.method, call.parameters)
            let json = try answer.json()
            var bytes: [UInt8] = []
            ResultText.write(ResultRecord.records(of: json), to: &bytes)
            let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
            return Node(server: server, outcome: .success(json), lines: lines)
        } catch let failure as CommandFailure {
            return Node(server: server, outcome: .failure(failure), lines: [])
        } catch let error as ControlClientError {
            return Node(server: server, outcome: .failure(FaultReport.failure(error, method: call.method)), lines: [])
        } catch {
            return Node(server: server, outcome: .failure(CommandFailure(.softwareFault, "\(error)")), lines: [])
        }
    }

    private func document(_ node: Node) -> JSONValue {
        switch node.outcome {
        case .success(let result): ["node": .string(node.server), "result": result]
        case .failure(let failure):
            [
                "node": .string(node.server),
                "error": ["code": JSONValue(failure.exitCode.rawValue), "message": .string(failure.message)],
            ]
        }
    }

    private func write(_ nodes: [Node], _ console: Console) {
        for node in nodes {
            console.write("== \(node.server)\n")
            for line in node.lines { console.write(line + "\n") }
        }
    }

    private func writeDifferences(_ nodes: [Node], _ console: Console) {
        // A node that did not answer is told of, not compared.
        let answered = nodes.filter { node in if case .success = node.outcome { true } else { false } }
        guard let first = answered.first else { return }
        for node in answered.dropFirst() where node.lines != first.lines {
            console.write("--- \(first.server)\n+++ \(node.server)\n")
            for change in node.lines.difference(from: first.lines) {
                switch change {
                case .remove(let offset, let line, _): console.write("-\(offset + 1): \(line)\n")
                case .insert(let offset, let line, _): console.write("+\(offset + 1): \(line)\n")
                }
            }
        }
    }
}
