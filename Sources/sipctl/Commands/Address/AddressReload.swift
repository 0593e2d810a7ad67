import CommandLineInterface
import ControlProtocol

/// `address reload`: makes the daemon use the table as it is now.
enum AddressReload {
    static let option = CommandOption.flag("reload", "make the daemon use the change at once")

    static let command = Command(
        "reload", summary: "make the daemon use the addresses in the database",
        discussion:
            "Calls permissions.addressReload. A table with an unusable row is refused and the old one stays in use.",
        examples: [Example("sipctl address reload", "after changes, kamctl's spelling")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        if invocation.isDryRun {
            invocation.report("reloaded the addresses", on: console)
            return .success
        }
        let result = try reload(invocation)
        guard let members = result.objectValue, !members.isEmpty else {
            console.note("reloaded")
            return .success
        }
        let layout = try invocation.layout(members.map(\.name))
        RecordWriter.write(members.map { field($0.value) }, layout: layout, console: console)
        return .success
    }

    /// Reloads behind a change when `--reload` is given, and says how to when it is not.
    static func followUp(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard !invocation.isDryRun else { return .success }
        guard invocation.has(option) else {
            console.note("a running daemon uses the change after '\(invocation.programName) address reload'")
            return .success
        }
        _ = try reload(invocation)
        console.note("reloaded")
        return .success
    }

    private static func reload(_ invocation: Invocation) throws(ControlClientError) -> JSONValue {
        let path = invocation.value(of: Settings.serverOption) ?? ControlClient.defaultPath
        return try ControlClient(path: path).call("permissions.addressReload")
    }

    private static func field(_ value: JSONValue) -> Field {
        switch value {
        case .null: .null
        case .bool(let flag): .boolean(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .real(number)
        case .string(let text): .text(text)
        case .array, .object: .text(value.text())
        }
    }
}
