/// One word of a command line: a noun that holds verbs (`address`), or something that runs (`address add`).
///
/// The description is the only source: parsing, `--help`, suggestions, completion and manual pages are drawn from it.
///
///     Command(
///         "add", summary: "allow an address",
///         arguments: [.required("GROUP", "the group number, from 1"), .required("ADDRESS", "an IPv4 or IPv6 address")],
///         examples: [Example("sipctl address add 200 203.0.113.10", "one carrier host")],
///         run: AddressAdd.run)
package struct Command: Sendable {
    /// What a command does; it writes its result to the console and throws `CommandFailure` or a typed error otherwise.
    package typealias Body = @Sendable (Invocation, Console) throws -> ExitCode

    /// The word that is typed.
    package var name: String
    /// Other words for the same, shown in help behind the name.
    package var aliases: [String]
    /// One line for lists of commands: lower-case start, no full stop.
    package var summary: String
    /// Paragraphs for `--help`; empty when the summary says it all.
    package var discussion: String
    /// Heading under which a list of commands shows it; empty for the first, unnamed section.
    package var section: String
    /// Positional arguments in order; optional ones last, a repeated one at the very end.
    package var arguments: [CommandArgument]
    /// Options that only this command, or all commands below this noun, understand.
    package var options: [CommandOption]
    /// Command lines that work as printed; the tests run them.
    package var examples: [Example]
    /// The verbs of a noun.
    package var subcommands: [Command] { verbs() }
    /// Makes the verbs when they are looked at: a program has hundreds, and a command line needs those of one noun.
    private let verbs: @Sendable () -> [Command]
    /// True when everything behind the first positional argument is positional too, even with a leading `-`.
    package var optionsEndAtFirstArgument: Bool
    /// Missing for a noun that needs a verb.
    package var run: Body?

    /// Describes a command; see the type for an example.
    package init(
        _ name: String, aliases: [String] = [], summary: String, discussion: String = "", section: String = "",
        arguments: [CommandArgument] = [], options: [CommandOption] = [], examples: [Example] = [],
        subcommands: @autoclosure @escaping @Sendable () -> [Command] = [], optionsEndAtFirstArgument: Bool = false,
        run: Body? = nil
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.discussion = discussion
        self.section = section
        self.arguments = arguments
        self.options = options
        self.examples = examples
        verbs = subcommands
        self.optionsEndAtFirstArgument = optionsEndAtFirstArgument
        self.run = run
    }

    /// The same command under another word, for kamctl's spellings beside the noun-verb ones.
    package func spelled(_ name: String, section: String) -> Command {
        var copy = self
        copy.name = name
        copy.aliases = []
        copy.section = section
        return copy
    }

    /// The command below this one that answers to `word`.
    package func subcommand(_ word: String) -> Command? {
        subcommands.first { $0.name == word || $0.aliases.contains(word) }
    }
}

/// A positional argument.
package struct CommandArgument: Sendable {
    /// Whether and how often it is given.
    package enum Presence: Sendable, Equatable {
        /// Exactly once.
        case required
        /// At most once.
        case optional
        /// Any number of times, from the given minimum.
        case repeated(minimum: Int)
    }

    /// The name in usage lines, upper-case: `USER`.
    package var name: String
    /// What it is, with its default: lower-case start, no full stop.
    package var summary: String
    /// Whether and how often it is given.
    package var presence: Presence
    /// True for a password: the process list does not show it longer than it takes to start.
    package var isSecret = false

    /// The same argument, kept out of the process list.
    package var secret: CommandArgument {
        var copy = self
        copy.isSecret = true
        return copy
    }

    /// An argument that must be given.
    package static func required(_ name: String, _ summary: String) -> CommandArgument {
        CommandArgument(name: name, summary: summary, presence: .required)
    }

    /// An argument that may be left out.
    package static func optional(_ name: String, _ summary: String) -> CommandArgument {
        CommandArgument(name: name, summary: summary, presence: .optional)
    }

    /// The rest of the line.
    package static func repeated(_ name: String, _ summary: String, minimum: Int = 0) -> CommandArgument {
        CommandArgument(name: name, summary: summary, presence: .repeated(minimum: minimum))
    }
}

/// An option: `--name VALUE`, `--name=VALUE`, `-n VALUE`, or a flag without a value.
package struct CommandOption: Sendable {
    /// The long name without dashes: `database`.
    package var name: String
    /// One letter for the short form.
    package var short: Character?
    /// The value's name in help, upper-case; a flag has none.
    package var value: String?
    /// The only values allowed; empty when any is.
    package var choices: [String]
    /// Environment variable that gives the value when the option is not on the command line.
    ///
    /// For a flag `1`, `yes`, `true` and `on` mean given, anything else means not given.
    package var environment: String?
    /// The value when neither command line nor environment give one.
    package var defaultValue: String?
    /// True when the option may be given more than once; `Invocation.values(of:)` returns them all.
    package var repeats: Bool
    /// What it does: lower-case start, no full stop.
    package var summary: String
    /// True for a value with a password in it: the process list does not show it longer than it takes to start.
    package var isSecret = false

    /// The same option, kept out of the process list.
    package var secret: CommandOption {
        var copy = self
        copy.isSecret = true
        return copy
    }

    /// An option with a value.
    package static func value(
        _ name: String, short: Character? = nil, _ value: String, choices: [String] = [], environment: String? = nil,
        default defaultValue: String? = nil, repeats: Bool = false, _ summary: String
    ) -> CommandOption {
        CommandOption(
            name: name, short: short, value: value, choices: choices, environment: environment,
            defaultValue: defaultValue, repeats: repeats, summary: summary)
    }

    /// An option without a value.
    package static func flag(
        _ name: String, short: Character? = nil, environment: String? = nil, _ summary: String
    ) -> CommandOption {
        CommandOption(
            name: name, short: short, value: nil, choices: [], environment: environment, defaultValue: nil,
            repeats: false, summary: summary)
    }
}

/// A command line shown in help.
package struct Example: Sendable {
    /// What is typed, with the program's name.
    package var commandLine: String
    /// What it does: lower-case start, no full stop.
    package var summary: String

    /// Creates an example.
    package init(_ commandLine: String, _ summary: String) {
        self.commandLine = commandLine
        self.summary = summary
    }
}
