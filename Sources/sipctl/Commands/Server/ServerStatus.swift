import CommandLineInterface
import ControlProtocol
import Database

/// `status`: what the daemon runs, and what the database holds.
enum ServerStatus {
    static let command = Command(
        "status", summary: "compare what the daemon runs with what the database holds",
        discussion: """
            Every change of a table raises its generation, whoever makes it. The exit code is 1 when the daemon runs an older
            one, 69 when it does not run.
            """,
        examples: [Example("sipctl status -o json", "for a monitor")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(
            try invocation.layout(["table", "database", "running", "state", "reload"]), console: console)
        let generations = try invocation.withDatabase(console) { try GenerationTable($0).generations() }
        var running: [JSONValue] = []
        var failure: ControlClientError?
        do throws(ControlClientError) {
            running = try Daemon.call("core.drift", [], invocation)["tables"]?.arrayValue ?? []
        } catch {
            failure = error
        }
        var isDrifting = false
        for (table, generation) in (generations ?? [:]).sorted(by: { $0.key < $1.key }) {
            let entry = running.first { $0["table"]?.stringValue == table }
            let loaded = entry?["running"]?.integerValue
            let state =
                entry == nil ? (failure == nil ? "not loaded" : "unknown") : loaded == generation ? "current" : "old"
            isDrifting = isDrifting || state == "old"
            writer.write([
                .text(table), .integer(generation), loaded.map(Field.integer) ?? .null, .text(state),
                Field(entry?["reload"]?.stringValue),
            ])
        }
        writer.finish()
        if generations == nil {
            throw CommandFailure(
                .configuration, "the database counts no changes", hint: "'sipctl db migrate' adds what that needs")
        }
        if let failure { throw failure }
        return isDrifting ? .negative : .success
    }
}
