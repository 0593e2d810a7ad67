import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// `sipcmd top`: a dashboard of a server: contacts, calls, rates, memory, failed authentications by address.
enum TopCommand {
    // More do not fit a screen.
    private static let linesMax = 12

    static let command = Command(
        "top", summary: "show registrations, calls, rates, memory and failed authentications, live",
        options: [WatchCommand.interval, WatchCommand.count],
        examples: [Example("sipcmd top", "what the server is doing")], run: run)

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let pause = try CallOptions.seconds(invocation.value(of: WatchCommand.interval) ?? "2", "--interval")
        let rounds = try WatchCommand.rounds(invocation)
        let connection = try CallOptions.connect(invocation)
        var board = Dashboard()
        for round in 0..<rounds where !console.hasFailed {
            if round > 0 { Pause.sleep(pause) }
            do throws(ControlClientError) {
                try board.update(connection)
            } catch {
                throw FaultReport.failure(error, method: "stats.fetchn")
            }
            if console.outputIsTerminal { console.write("\u{1B}[H\u{1B}[2J") }
            for line in board.lines(linesMax: linesMax) { console.write(TextEscape.controls(line) + "\n") }
            try console.flush()
        }
        return .success
    }
}

/// The numbers of a dashboard, with those of the round before.
struct Dashboard {
    private var statistics: [String: Double] = [:]
    private var rates: [String: Double] = [:]
    private var time: ContinuousClock.Instant?
    private var version = ""
    private var memory: JSONValue = .null
    private var health: JSONValue = .null
    private var failures: [String: Int] = [:]
    private var lastEvent: String?

    /// Asks the server.
    mutating func update(_ connection: ServerConnection) throws(ControlClientError) {
        let answer = try connection.call("stats.fetchn", .document(.positional(["all"]))).json()
        let now = ContinuousClock.now
        var values: [String: Double] = [:]
        for member in answer.objectValue ?? [] { values[member.name] = member.value.numberValue }
        if let time {
            let seconds = max((now - time) / .seconds(1), 0.001)
            rates = values.reduce(into: [:]) { $0[$1.key] = ($1.value - (statistics[$1.key] ?? $1.value)) / seconds }
        }
        (statistics, time) = (values, now)
        // What a Kamailio does not have is left out.
        version = (try? connection.call("core.version", .words([])).json())?.stringValue ?? ""
        memory = (try? connection.call("core.shmmem", .document(.positional(["m"]))).json()) ?? .null
        health = (try? connection.call("core.health", .words([])).json()) ?? .null
        updateFailures(connection)
    }

    private mutating func updateFailures(_ connection: ServerConnection) {
        var members = [JSONMember("events", "auth.failed")]
        if let lastEvent { members.append(JSONMember("since", .string(lastEvent))) }
        members.append(JSONMember("limit", 1000))
        guard let answer = try? connection.call("events.subscribe", .document(.named(members))).json() else { return }
        for row in answer["rows"]?.arrayValue ?? [] {
            lastEvent = row["id"]?.stringValue ?? lastEvent
            if let source = row["source"]?.stringValue { failures[source, default: 0] += 1 }
        }
    }

    /// The lines of the screen.
    func lines(linesMax: Int) -> [String] {
        var lines = ["\(version)   \(LocalTime.text(of: WallClock.now.seconds))"]
        if let ready = health["ready"]?.boolValue {
            let reasons = (health["reasons"]?.arrayValue ?? []).compactMap(\.stringValue)
            lines.append(ready ? "ready" : "NOT READY: " + reasons.joined(separator: "; "))
        }
        lines.append("")
        let shown = [
            ("contacts", "usrloc.registered_users"), ("transactions", "tmx.inuse_transactions"),
            ("calls", "dialog.active_dialogs"), ("connections", "tcp.current_opened_connections"),
        ]
        for (title, name) in shown { if let value = statistics[name] { lines.append(Self.line(title, value, nil)) } }
        if let used = memory["real_used"]?.numberValue { lines.append(Self.line("memory, MB", used, nil)) }
        lines.append("")
        let rated = [
            ("requests received", "core.rcv_requests"), ("replies received", "core.rcv_replies"),
            ("requests forwarded", "core.fwd_requests"), ("registrations accepted", "registrar.accepted_regs"),
            ("registrations rejected", "registrar.rejected_regs"), ("datagrams received", "udp.received"),
        ]
        for (title, name) in rated {
            if let value = statistics[name] { lines.append(Self.line(title, value, rates[name] ?? 0)) }
        }
        let busiest = rates.filter { entry in entry.value != 0 && !rated.contains { $0.1 == entry.key } }
            .sorted { abs($0.value) > abs($1.value) }.prefix(linesMax)
        if !busiest.isEmpty { lines.append("") }
        for entry in busiest { lines.append(Self.line(entry.key, statistics[entry.key] ?? 0, entry.value)) }
        if !failures.isEmpty {
            lines += ["", "failed authentications by address"]
            for entry in failures.sorted(by: { $0.value > $1.value }).prefix(linesMax) {
                lines.append(Self.line(entry.key, Double(entry.value), nil))
            }
        }
        return lines
    }

    private static func line(_ title: String, _ value: Double, _ rate: Double?) -> String {
        let name = "  " + title + String(repeating: " ", count: max(1, 28 - title.count))
        let number = DecimalText.text(of: value)
        let padded = String(repeating: " ", count: max(0, 12 - number.count)) + number
        guard let rate else { return name + padded }
        return name + padded + "   " + DecimalText.text(of: (rate * 10).rounded() / 10).prefix(10) + "/s"
    }
}
