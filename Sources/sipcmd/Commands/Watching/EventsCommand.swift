import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// `sipcmd events`: what happens on a sipd, as it happens; goes on after a lost connection.
enum EventsCommand {
    static let since = CommandOption.value("since", "ID", "go on behind the event with this id")

    static let command = Command(
        "events", summary: "tell what happens on a sipd, as it happens",
        arguments: [.optional("NAMES", "names or beginnings of names: contact.*,reload")],
        options: [since, WatchCommand.count],
        examples: [Example("sipcmd events 'contact.*'", "who registers")], run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let rendering = try CallOptions.rendering(invocation)
        var last = invocation.value(of: since)
        var rest = try WatchCommand.rounds(invocation)
        var wasConnected = false
        while rest > 0, !console.hasFailed {
            do {
                let connection = try CallOptions.connect(invocation)
                guard let native = connection.native else {
                    throw CommandFailure(.usage, "only sipd's own socket tells events")
                }
                wasConnected = true
                var members = [JSONMember("stream", true)]
                if let last { members.append(JSONMember("since", .string(last))) }
                if let names = invocation.argument(0) { members.append(JSONMember("events", .string(names))) }
                _ = try native.stream("events.subscribe", .named(members)) { row in
                    last = row["id"]?.stringValue ?? last
                    switch row["event"]?.stringValue {
                    case "heartbeat", "subscribed": return true
                    default: break
                    }
                    write(row, rendering, console)
                    rest -= 1
                    return rest > 0 && !console.hasFailed
                }
            } catch let error as ControlClientError {
                if case .fault = error { throw FaultReport.failure(error, method: "events.subscribe") }
                console.note("the connection is lost, trying again: \(error)")
            } catch let failure as CommandFailure where wasConnected && failure.exitCode == .unavailable {
                // The daemon is being restarted; it tells by a gap what was missed.
            }
            if rest > 0 { Pause.sleep(.seconds(1)) }
        }
        return .success
    }

    private static func write(_ row: JSONValue, _ rendering: ResultRendering, _ console: Console) {
        if rendering == .text {
            let members = row.objectValue ?? []
            let seconds = Int((row["time"]?.integerValue ?? 0) / 1000)
            let values = members.filter { !["id", "time", "event"].contains($0.name) }
                .map { "\($0.name)=\($0.value.stringValue ?? $0.value.text())" }
            let line = [LocalTime.text(of: seconds), row["event"]?.stringValue ?? ""] + values
            console.write(TextEscape.controls(line.joined(separator: " ")) + "\n")
        } else {
            console.write(row.text() + "\n")
        }
        try? console.flush()
    }
}
