import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// `sipcmd watch METHOD`: the same call again and again, with what changed in numbers.
enum WatchCommand {
    static let interval = CommandOption.value(
        "interval", short: "n", "SECONDS", default: "2", "how long to wait between calls")
    static let count = CommandOption.value("count", "N", "end after so many calls")

    static let command = Command(
        "watch", summary: "call a method again and again, and show how its numbers change",
        arguments: [.required("METHOD", "the method"), .repeated("ARG", "its parameters")],
        options: [interval, count], examples: [Example("sipcmd watch tm.stats", "how the counters change")], run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let call = try Call(try invocation.required(0), Array(invocation.arguments.dropFirst()), invocation)
        let pause = try CallOptions.seconds(invocation.value(of: interval) ?? "2", "--interval")
        let rounds = try self.rounds(invocation)
        let connection = try CallOptions.connect(invocation)
        var before: [String: Double] = [:]
        for round in 0..<rounds where !console.hasFailed {
            if round > 0 { Pause.sleep(pause) }
            let answer: JSONValue
            do throws(ControlClientError) {
                answer = try connection.call(call.method, call.parameters).json()
            } catch {
                throw FaultReport.failure(error, method: call.method)
            }
            if console.outputIsTerminal { console.write("\u{1B}[H\u{1B}[2J") }
            console.write("\(call.method)  \(LocalTime.text(of: WallClock.now.seconds))\n")
            var now: [String: Double] = [:]
            for row in ListingRow.rows(ofResult: answer) { write(row, before, &now, console) }
            before = now
            try console.flush()
        }
        return .success
    }

    static func rounds(_ invocation: Invocation) throws(CommandFailure) -> Int {
        guard let text = invocation.value(of: count) else { return .max }
        guard let number = Int(text), number > 0 else {
            throw CommandFailure(.usage, "--count '\(text)' is not a number above 0")
        }
        return number
    }

    /// Prints the values of a row; numbers with their change since the round before.
    private static func write(
        _ row: [JSONMember], _ before: [String: Double], _ now: inout [String: Double], _ console: Console
    ) {
        // The texts of a row tell it from others.
        let identity = row.compactMap(\.value.stringValue).joined(separator: " ")
        for member in row {
            var line = "  \(member.name): \(member.value.stringValue ?? member.value.text())"
            if let number = member.value.numberValue {
                let key = identity + "/" + member.name
                now[key] = number
                if let old = before[key], old != number {
                    line += "  (\(number > old ? "+" : "")\(DecimalText.text(of: number - old)))"
                }
            }
            console.write(line + "\n")
        }
    }
}
