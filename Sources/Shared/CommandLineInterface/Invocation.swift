/// A command line that was understood: the command, its arguments and its options.
package struct Invocation: Sendable {
    /// Where a value came from, strongest first.
    package enum Origin: Equatable, Sendable {
        /// Typed by the user.
        case commandLine
        /// Taken from the environment variable of that name.
        case environment(String)
        /// Taken from a file, named with its line.
        case file(String)
        /// The built-in default.
        case builtIn
    }

    /// A value and where it came from.
    package struct Setting: Equatable, Sendable {
        /// The text as given.
        package var value: String
        /// Where it came from.
        package var origin: Origin
    }

    /// The program's name, for messages: `sipctl`.
    package let programName: String
    /// The words that led to the command: `["address", "add"]`.
    package let path: [String]
    /// The command to run.
    package let command: Command
    /// The positional arguments, their number already checked.
    package let arguments: [String]
    /// The environment the program was started with.
    package let environment: Environment
    private let given: [String: [String]]
    /// What files say about options.
    package var configuration = Configuration()

    init(
        programName: String, path: [String], command: Command, arguments: [String], environment: Environment,
        given: [String: [String]]
    ) {
        self.programName = programName
        self.path = path
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.given = given
    }

    /// The positional argument at `index`, when it was given.
    package func argument(_ index: Int) -> String? {
        arguments.indices.contains(index) ? arguments[index] : nil
    }

    /// The positional argument at `index`, which the description says is required.
    package func required(_ index: Int) throws(CommandFailure) -> String {
        if let value = argument(index) { return value }
        let name = command.arguments.indices.contains(index) ? command.arguments[index].name : "argument \(index + 1)"
        throw CommandFailure(.usage, "missing \(name)", hint: "\(programName) help \(path.joined(separator: " "))")
    }

    /// The value of an option and its origin; the last one when it was given more than once.
    package func setting(of option: CommandOption) -> Setting? {
        if let value = given[option.name]?.last { return Setting(value: value, origin: .commandLine) }
        if let name = option.environment, let value = environment[name] {
            return Setting(value: value, origin: .environment(name))
        }
        if let entry = configuration[option.name] ?? option.environment.flatMap({ configuration[$0] }) {
            return Setting(value: entry.value, origin: .file(entry.place))
        }
        return option.defaultValue.map { Setting(value: $0, origin: .builtIn) }
    }

    /// The value of an option from the command line, the environment or its default.
    package func value(of option: CommandOption) -> String? {
        setting(of: option)?.value
    }

    /// Every value of an option that may be repeated, in order.
    package func values(of option: CommandOption) -> [String] {
        given[option.name] ?? value(of: option).map { [$0] } ?? []
    }

    /// Whether a flag is given, on the command line or by its environment variable.
    package func has(_ flag: CommandOption) -> Bool {
        if given[flag.name] != nil { return true }
        if let name = flag.environment, environment[name] != nil { return environment.isOn(name) }
        let entry = configuration[flag.name] ?? flag.environment.flatMap { configuration[$0] }
        return entry.map { Environment.isYes($0.value) } ?? false
    }

    /// Whether an option stands on the command line itself.
    package func isTyped(_ option: CommandOption) -> Bool {
        given[option.name] != nil
    }
}
