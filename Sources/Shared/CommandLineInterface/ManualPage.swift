/// Makes the manual page of a program from its description, as `man` reads it.
package enum ManualPage {
    /// The page, section 1.
    package static func text(of program: Program) -> String {
        let root = program.root
        var text = ".TH \(program.name.uppercased()) 1 \"\" \"\(program.name) \(program.version)\"\n"
        text += ".SH NAME\n\(escaped(program.name)) \\- \(escaped(root.summary))\n.SH SYNOPSIS\n"
        if let command = program.defaultCommand { text += line(HelpText.usage(program.name, command)) }
        for command in root.subcommands where !command.name.hasPrefix("_") {
            text += line(HelpText.usage("\(program.name) \(command.name)", command))
        }
        if !root.discussion.isEmpty { text += ".SH DESCRIPTION\n\(escaped(root.discussion))\n" }
        text += ".SH OPTIONS\n"
        text += options(program.options + (program.defaultCommand?.options ?? []))
        text += ".SH COMMANDS\n"
        for command in root.subcommands where !command.name.hasPrefix("_") {
            text += ".TP\n.B \(escaped(command.name))\n\(escaped(command.summary)).\n"
            if !command.discussion.isEmpty { text += "\(escaped(command.discussion))\n" }
            text += verbs(of: command, "\(program.name) \(command.name)")
        }
        text += ".SH EXAMPLES\n"
        for example in root.examples {
            text += ".TP\n.B \(escaped(example.commandLine))\n\(escaped(example.summary))\n"
        }
        text += ".SH EXIT STATUS\n"
        for code in ExitCode.allCases { text += ".TP\n.B \(code.rawValue)\n\(escaped(code.meaning))\n" }
        return text
    }

    /// The verbs of a noun, each with its arguments and options.
    private static func verbs(of command: Command, _ path: String) -> String {
        command.subcommands.map { verb in
            let usage = "\(path) \(verb.name)"
            var text =
                verb.run == nil ? "" : ".TP\n.B \(escaped(HelpText.usage(usage, verb)))\n\(escaped(verb.summary)).\n"
            for argument in verb.arguments {
                text += ".br\n.I \(escaped(argument.name)):\n\(escaped(argument.summary))\n"
            }
            for option in verb.options {
                text += ".br\n.I \(escaped("--\(option.name)")):\n\(escaped(option.summary))\n"
            }
            return text + verbs(of: verb, usage)
        }.joined()
    }

    private static func options(_ options: [CommandOption]) -> String {
        options.map { option in
            let short = option.short.map { "-\($0), " } ?? ""
            let value = option.value.map { " \($0)" } ?? ""
            var note = option.summary
            if let environment = option.environment { note += " (environment: \(environment))" }
            return ".TP\n.B \(escaped("\(short)--\(option.name)\(value)"))\n\(escaped(note))\n"
        }.joined()
    }

    private static func line(_ usage: String) -> String { ".br\n\(escaped(usage))\n" }

    /// Backslashes and dashes have a meaning, and so have dots and quotes at the start of a line.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
    }
}
