import CommandLineInterface
import ControlProtocol

/// `sipcmd restore`: puts the contacts of a snapshot back, in parts.
enum RestoreCommand {
    // Well below what a call takes, so that an answer comes every moment.
    private static let rowsMax = 1000

    static let command = Command(
        "restore", summary: "put contacts back that 'sipcmd -o jsonl ul.snapshot' wrote; standard input",
        examples: [Example("sipcmd restore < contacts.jsonl", "put the contacts of a snapshot back")], run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let connection = try CallOptions.connect(invocation)
        var lines = InputLines()
        var rows: [JSONValue] = []
        var sums = (stored: Int64(0), ended: Int64(0), problems: 0)
        var number = 0
        func send() throws {
            guard !rows.isEmpty else { return }
            defer { rows = [] }
            do throws(ControlClientError) {
                let answer = try connection.call("ul.restore", .document(.positional([.array(rows)]))).json()
                sums.stored += answer["stored"]?.integerValue ?? 0
                sums.ended += answer["ended"]?.integerValue ?? 0
                for problem in answer["problems"]?.arrayValue ?? [] {
                    let line = number - rows.count + Int(problem["position"]?.integerValue ?? 0) + 1
                    console.note("line \(line): \(problem["reason"]?.stringValue ?? "")")
                    sums.problems += 1
                }
            } catch {
                throw FaultReport.failure(error, method: "ul.restore")
            }
        }
        while let line = lines.next() {
            guard !line.isEmpty else { continue }
            number += 1
            guard let row = try? JSONParser.parse(line) else {
                throw CommandFailure(.badData, "line \(number) is not JSON")
            }
            rows.append(row)
            if rows.count == rowsMax { try send() }
        }
        try send()
        console.write("stored \(sums.stored), ended \(sums.ended), refused \(sums.problems)\n")
        return sums.problems == 0 ? .success : .badData
    }
}
