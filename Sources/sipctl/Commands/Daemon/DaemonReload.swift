import CommandLineInterface
import ControlProtocol

/// `reload` of every table the daemon keeps in memory: makes it use the table as it is now.
enum DaemonReload {
    static let option = CommandOption.flag("reload", "make the daemon use the change at once")

    static func command(_ description: TableDescription, _ method: String) -> Command {
        Command(
            "reload", summary: "make the daemon use what is in the database",
            discussion: "Calls \(method). A table with an unusable row is refused and the old one stays in use.",
            arguments: [.repeated("WORD", "passed on to the method, as the name of a table")],
            examples: [Example("sipctl \(description.noun) reload", "after changes, kamctl's spelling")],
            run: { try run(description, method, $0, $1) })
    }

    private static func run(
        _ description: TableDescription, _ method: String, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        if invocation.isDryRun {
            invocation.report("reloaded the table", on: console)
            return .success
        }
        let result = try Daemon.call(method, invocation.arguments.map(Daemon.parameter), invocation)
        guard let members = result.objectValue, !members.isEmpty else {
            console.note("reloaded")
            return .success
        }
        let layout = try invocation.layout(members.map(\.name))
        RecordWriter.write(members.map { Daemon.field($0.value) }, layout: layout, console: console)
        return .success
    }

    /// Reloads behind a change when `--reload` is given, and says how to when it is not.
    static func followUp(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        guard let method = description.reload, !invocation.isDryRun else { return .success }
        guard invocation.has(option) else {
            console.note("a running daemon uses the change after 'sipctl \(description.noun) reload'")
            return .success
        }
        _ = try Daemon.call(method, [], invocation)
        console.note("reloaded")
        return .success
    }
}
