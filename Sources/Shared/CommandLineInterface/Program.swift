import Glibc
import OperatingSystem
import Suggestions

/// A whole command line program: its commands, the options all of them share, and how it starts and ends.
package struct Program: Sendable {
    /// The word the user types: `sipctl`.
    package var name: String
    /// Printed by `--version`.
    package var version: String
    /// Options that every command understands, besides `--help` and `--version`.
    package var options: [CommandOption]
    /// What runs when the first word is no command, as in `sipcmd ul.dump`.
    package var defaultCommand: Command?
    /// Turns a typed error of a lower layer into what the user reads; nil when the error is not known, which is a bug.
    package var translate: @Sendable (any Error) -> CommandFailure?
    /// Reads what files say about options; commands that show help do without.
    package var configure: @Sendable (Invocation) throws(CommandFailure) -> Configuration = {
        _ throws(CommandFailure) in
        Configuration()
    }
    let root: Command

    /// The option that silences everything but errors; a program lists it among its options.
    package static let quietOption = CommandOption.flag("quiet", short: "q", "print no messages, only errors")
    static let helpOption = CommandOption.flag("help", short: "h", "show this help")
    static let versionOption = CommandOption.flag("version", "show the version")

    /// Describes a program.
    package init(
        name: String, version: String, summary: String, discussion: String = "", options: [CommandOption] = [],
        examples: [Example] = [], commands: [Command], defaultCommand: Command? = nil,
        translate: @escaping @Sendable (any Error) -> CommandFailure? = { _ in nil }
    ) {
        self.name = name
        self.version = version
        self.options = options
        self.defaultCommand = defaultCommand
        self.translate = translate
        root = Command(
            "", summary: summary, discussion: discussion, examples: examples, subcommands: commands + [Self.helpCommand]
        )
    }

    /// Runs the command line this process was started with, and ends the process.
    package func main() -> Never {
        let environment = Environment.process
        let words = Array(CommandLine.arguments.dropFirst())
        hideSecrets(words, environment)
        let console = Console(environment: environment)
        let result = run(words, environment: environment, console: console)
        exit(result == .success ? console.exitCode ?? 0 : result.rawValue)
    }

    /// Overwrites secret arguments where the system reads them for the process list.
    private func hideSecrets(_ words: [String], _ environment: Environment) {
        var parser = CommandLineParser(program: self, environment: environment)
        guard case .run(let invocation) = try? parser.parse(words) else { return }
        var secrets = zip(invocation.command.arguments, invocation.arguments).filter(\.0.isSecret).map(\.1)
        for option in options + invocation.command.options where option.isSecret && invocation.isTyped(option) {
            secrets += invocation.values(of: option)
        }
        for (index, word) in words.enumerated()
        where secrets.contains(where: { word == $0 || word.hasSuffix("=\($0)") }) {
            ProcessArguments.hide(at: index + 1)
        }
    }

    /// Runs one command line, without the program's name in front, and returns what the process has to exit with.
    ///
    /// Everything that was written is flushed; every error is reported.
    package func run(_ words: [String], environment: Environment, console: Console) -> ExitCode {
        let result = attempt(words, environment, console)
        do throws(CommandFailure) {
            try console.flush()
        } catch {
            report(error, console)
            return result == .success ? error.exitCode : result
        }
        return result
    }

    private func attempt(_ words: [String], _ environment: Environment, _ console: Console) -> ExitCode {
        do {
            var parser = CommandLineParser(program: self, environment: environment)
            switch try parser.parse(words) {
            case .version:
                console.write("\(name) \(version)\n")
                return .success
            case .help(let path):
                return try showHelp(path, console)
            case .run(var invocation):
                if invocation.path.first == Self.helpCommand.name { return try showHelp(invocation.arguments, console) }
                invocation.configuration = try configure(invocation)
                console.isQuiet = invocation.has(Self.quietOption)
                guard let run = invocation.command.run else { return .softwareFault }
                return try run(invocation, console)
            }
        } catch let failure as CommandFailure {
            report(failure, console)
            return failure.exitCode
        } catch {
            let failure =
                translate(error)
                ?? CommandFailure(.softwareFault, "unexpected error: \(error)", hint: "this is a bug, please report it")
            report(failure, console)
            return failure.exitCode
        }
    }

    private func report(_ failure: CommandFailure, _ console: Console) {
        console.report(failure, program: name)
    }

    // MARK: Help

    private static let helpCommand = Command(
        "help", summary: "show help about a command",
        arguments: [.repeated("COMMAND", "the words of the command, or 'exit-codes'")],
        run: { _, _ in .softwareFault })

    private func showHelp(_ words: [String], _ console: Console) throws(CommandFailure) -> ExitCode {
        if words == ["exit-codes"] {
            for code in ExitCode.allCases {
                let number = String(code.rawValue)
                console.write(String(repeating: " ", count: 3 - number.count) + "\(number)  \(code.meaning)\n")
            }
            return .success
        }
        var command = root
        var path: [String] = []
        for word in words {
            guard let next = command.subcommand(word) else {
                let near = NearestName.of(word, among: command.subcommands.map(\.name))
                throw CommandFailure(
                    .usage, "no help about '\(word)'",
                    hint: near.map { "did you mean '\($0)'?" } ?? "'\(name) help' lists what there is")
            }
            command = next
            path.append(next.name)
        }
        if path.isEmpty, let fallback = defaultCommand {
            command.arguments = fallback.arguments
            command.options = fallback.options
            command.run = fallback.run
        }
        console.write(HelpText.page(self, path: path, command: command))
        return .success
    }
}
