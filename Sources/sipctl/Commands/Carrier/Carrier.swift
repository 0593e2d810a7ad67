import CommandLineInterface
import ControlProtocol
import Database

/// kamctl's `cr`: the three tables of carrierroute.
enum Carrier {
    static let command = Command(
        "cr", summary: "carriers and their routes", section: Sipctl.kamctlSection,
        subcommands: [
            Command(
                "show", summary: "show carriers, routing domains and routes",
                examples: [Example("sipctl cr show", "kamctl's spelling")], run: { try show($0, $1) }),
            DaemonReload.command(.carrierRoute, "cr.reload_routes"), DaemonDump.command(.carrierRoute),
            spelled(TableAdd.command(.carrierName), "addcn"), spelled(TableRemove.command(.carrierName), "rmcn"),
            spelled(TableAdd.command(.routingDomain), "adddn"), spelled(TableRemove.command(.routingDomain), "rmdn"),
            spelled(TableAdd.command(.carrierRoute), "addcarrier"),
            spelled(TableRemove.command(.carrierRoute), "rmcarrier"),
        ])

    private static func spelled(_ command: Command, _ name: String) -> Command {
        command.spelled(name, section: "")
    }

    private static func show(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let format = invocation.value(of: Settings.outputOption) ?? OutputFormat.table.rawValue
        guard format == OutputFormat.table.rawValue else {
            throw CommandFailure(
                .usage, "three tables have no common form",
                hint: "'sipctl carrierroute list --output \(format)', and so on")
        }
        for description in [TableDescription.carrierName, .routingDomain, .carrierRoute] {
            console.write("\(description.summary)\n")
            _ = try TableList.run(description, invocation, console)
        }
        return .success
    }
}
