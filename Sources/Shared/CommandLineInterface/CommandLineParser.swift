import Suggestions

/// Turns words into an `Invocation`, following the description of a program.
///
/// Options may stand anywhere; `--` ends them. A word such as `-1` is an argument unless the program knows the option `-1`.
struct CommandLineParser {
    /// What the words ask for.
    enum Request {
        case run(Invocation)
        case help(path: [String])
        case version
    }

    let program: Program
    let environment: Environment
    private var path: [String] = []
    private var command: Command
    private var options: [CommandOption]
    private var arguments: [String] = []
    private var given: [String: [String]] = [:]
    private var wantsHelp = false
    private var wantsVersion = false

    init(program: Program, environment: Environment) {
        self.program = program
        self.environment = environment
        command = program.root
        options = program.options + [Program.helpOption, Program.versionOption]
    }

    mutating func parse(_ words: [String]) throws(CommandFailure) -> Request {
        var rest = words[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            if !optionsEnded, word == "--" {
                optionsEnded = true
            } else if !optionsEnded, looksLikeOption(word) {
                try takeOption(word, &rest)
            } else {
                try takeWord(word)
                if !arguments.isEmpty, command.optionsEndAtFirstArgument { optionsEnded = true }
            }
        }
        if wantsHelp { return .help(path: path) }
        if wantsVersion { return .version }
        try checkComplete()
        return .run(
            Invocation(
                programName: program.name, path: path, command: command, arguments: arguments,
                environment: environment, given: given))
    }

    private func looksLikeOption(_ word: String) -> Bool {
        guard word.utf8.count > 1, word.utf8.first == UInt8(ascii: "-") else { return false }
        guard let letter = word.dropFirst().first else { return false }
        if letter.isNumber || letter == "." { return options.contains { $0.short == letter } }
        return true
    }

    // MARK: Words

    private mutating func takeWord(_ word: String) throws(CommandFailure) {
        if arguments.isEmpty, let next = command.subcommand(word) {
            enter(next)
            return
        }
        if arguments.isEmpty, path.isEmpty, let fallback = program.defaultCommand {
            command = fallback
            options += fallback.options
        }
        guard command.run != nil else { throw unknownCommand(word) }
        arguments.append(word)
    }

    private mutating func enter(_ next: Command) {
        path.append(next.name)
        command = next
        options += next.options
    }

    private func unknownCommand(_ word: String) -> CommandFailure {
        let line = ([program.name] + path).joined(separator: " ")
        let names = command.subcommands.flatMap { [$0.name] + $0.aliases }
        if let near = NearestName.of(word, among: names) {
            return CommandFailure(.usage, "unknown command '\(word)'", hint: "did you mean '\(line) \(near)'?")
        }
        let help = ([program.name, "help"] + path).joined(separator: " ")
        return CommandFailure(.usage, "unknown command '\(word)'", hint: "'\(help)' lists what there is")
    }

    // MARK: Options

    private mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
        if word.hasPrefix("--") {
            let body = word.dropFirst(2)
            let equals = body.firstIndex(of: "=")
            let name = String(body[..<(equals ?? body.endIndex)])
            guard let option = options.last(where: { $0.name == name }) else { throw unknownOption(name) }
            let inline = equals.map { String(body[body.index(after: $0)...]) }
            try store(option, inline: inline, spelled: "--\(name)", &rest)
            return
        }
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = options.last(where: { $0.short == letter }) else {
                throw CommandFailure(.usage, "unknown option '-\(letter)'", hint: "'\(helpLine)' lists the options")
            }
            let takesRest = option.value != nil && !letters.isEmpty
            try store(option, inline: takesRest ? String(letters) : nil, spelled: "-\(letter)", &rest)
            if takesRest { return }
        }
    }

    private mutating func store(
        _ option: CommandOption, inline: String?, spelled: String, _ rest: inout ArraySlice<String>
    ) throws(CommandFailure) {
        if option.name == Program.helpOption.name { wantsHelp = true }
        if option.name == Program.versionOption.name { wantsVersion = true }
        guard let valueName = option.value else {
            guard inline == nil else { throw CommandFailure(.usage, "option '\(spelled)' takes no value") }
            given[option.name, default: []].append("")
            return
        }
        guard let value = inline ?? rest.popFirst() else {
            throw CommandFailure(.usage, "option '\(spelled)' needs a value: \(spelled) \(valueName)")
        }
        try check(value, choices: option, spelled: "option '\(spelled)'")
        guard option.repeats || given[option.name] == nil else {
            throw CommandFailure(.usage, "option '\(spelled)' is given twice")
        }
        given[option.name, default: []].append(value)
    }

    private func check(_ value: String, choices option: CommandOption, spelled: String) throws(CommandFailure) {
        guard !option.choices.isEmpty, !option.choices.contains(value) else { return }
        throw CommandFailure(
            .usage, "\(spelled) does not know '\(value)'",
            hint: "choose one of \(option.choices.joined(separator: ", "))")
    }

    private func unknownOption(_ name: String) -> CommandFailure {
        let near = NearestName.of(name, among: options.map(\.name))
        return CommandFailure(
            .usage, "unknown option '--\(name)'",
            hint: near.map { "did you mean '--\($0)'?" } ?? "'\(helpLine)' lists the options")
    }

    // MARK: The whole

    private var helpLine: String { ([program.name, "help"] + path).joined(separator: " ") }

    private mutating func checkComplete() throws(CommandFailure) {
        if path.isEmpty, arguments.isEmpty, let fallback = program.defaultCommand { command = fallback }
        let line = ([program.name] + path).joined(separator: " ")
        guard command.run != nil else {
            let verbs = command.subcommands.filter(\.section.isEmpty).map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "'\(line)' needs a command: \(verbs)", hint: helpLine)
        }
        let count = command.arguments.requiredCount
        if arguments.count < count {
            let missing = command.arguments.missing(after: arguments.count)
            throw CommandFailure(.usage, "missing \(missing)", hint: "usage: \(HelpText.usage(line, command))")
        }
        if let maximum = command.arguments.maximumCount, arguments.count > maximum {
            throw CommandFailure(
                .usage, "unexpected argument '\(arguments[maximum])'", hint: "usage: \(HelpText.usage(line, command))")
        }
        for option in options {
            guard given[option.name] == nil, let name = option.environment, let value = environment[name] else {
                continue
            }
            try check(value, choices: option, spelled: "environment variable \(name)")
        }
    }
}

extension [CommandArgument] {
    /// How many words the arguments need.
    package var requiredCount: Int {
        reduce(0) { count, argument in
            switch argument.presence {
            case .required: count + 1
            case .optional: count
            case .repeated(let minimum): count + minimum
            }
        }
    }

    /// Nil when there is no limit.
    var maximumCount: Int? {
        contains { if case .repeated = $0.presence { true } else { false } } ? nil : count
    }

    func missing(after count: Int) -> String {
        let names = filter { $0.presence != .optional }.map(\.name)
        return names.dropFirst(Swift.min(count, names.count - 1)).joined(separator: " and ")
    }
}
