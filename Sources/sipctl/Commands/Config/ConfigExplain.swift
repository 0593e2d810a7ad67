import CommandLineInterface
import Database

/// `config explain`: each setting, and where it comes from.
enum ConfigExplain {
    static let command = Command(
        "config", summary: "settings, and where they come from",
        subcommands: [
            Command(
                "explain", summary: "show each setting and where it comes from",
                discussion: """
                    Strongest first: options, environment variables, the user's file, /etc/sipctl/config, kamctlrc, defaults. A
                    file has lines 'name = value' with the names of options; '[context NAME]' begins values for --context.
                    kamctlrc is read as data and never executed.
                    """,
                examples: [Example("sipctl config explain", "what holds now")], run: run),
            Command(
                "paths", summary: "show the files that are looked at",
                examples: [Example("sipctl config paths", "in order, strongest first")],
                run: { invocation, console in
                    let (own, kamctl) = SettingsFiles.paths(invocation.environment)
                    for path in own + kamctl { console.write(path + "\n") }
                    return .success
                }),
        ])

    private static let settings: [CommandOption] = [
        Settings.databaseOption, Settings.passwordFileOption, Settings.contextOption, Settings.serverOption,
        Settings.outputOption, Settings.domainOption, Password.storePlaintextOption, GroupNames.option,
    ]

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(["setting", "value", "from"]), console: console)
        for option in settings {
            guard let setting = invocation.setting(of: option) else {
                writer.write([.text(option.name), .null, .text("not set")])
                continue
            }
            var value = setting.value
            if option.name == Settings.databaseOption.name {
                // The description of a URL leaves the password out.
                value = (try? DatabaseURL(parsing: value))?.description ?? "not a URL"
            }
            let origin =
                switch setting.origin {
                case .commandLine: "option --\(option.name)"
                case .environment(let name): "environment variable \(name)"
                case .file(let place): place
                case .builtIn: "default"
                }
            writer.write([.text(option.name), .text(value), .text(origin)])
        }
        writer.finish()
        return .success
    }
}
