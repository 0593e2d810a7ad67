/// Makes the text of `--help` from a description.
enum HelpText {
    private static let summaryColumnMax = 30

    /// `sipctl address add GROUP ADDRESS [MASK] [options]`.
    static func usage(_ line: String, _ command: Command) -> String {
        var words = [line]
        if command.run == nil { words.append("COMMAND") }
        for argument in command.arguments {
            switch argument.presence {
            case .required: words.append(argument.name)
            case .optional: words.append("[\(argument.name)]")
            case .repeated(let minimum): words.append(minimum > 0 ? "\(argument.name)..." : "[\(argument.name)...]")
            }
        }
        if !command.options.isEmpty || command.run == nil { words.append("[options]") }
        return words.joined(separator: " ")
    }

    static func page(_ program: Program, path: [String], command: Command) -> String {
        let line = ([program.name] + path).joined(separator: " ")
        var text = ""
        if path.isEmpty { text += "\(program.name) \(program.version): \(command.summary)\n\n" }
        if let example = command.examples.first { text += "\(example.commandLine)    # \(example.summary)\n\n" }
        text += "usage: \(usage(line, command))\n"
        if !path.isEmpty { text += "\n\(capitalised(command.summary)).\n" }
        if !command.discussion.isEmpty { text += "\n\(command.discussion)\n" }
        text += list("Arguments", command.arguments.map { ($0.name, $0.summary) })
        text += commands(command.subcommands)
        text += list("Options", command.options.map { (spelling($0), explanation($0)) })
        let common = program.options + [Program.helpOption, Program.versionOption]
        text += list(path.isEmpty ? "Options" : "Common options", common.map { (spelling($0), explanation($0)) })
        if command.examples.count > 1 {
            text += "\nExamples\n"
            for example in command.examples { text += "  # \(example.summary)\n  \(example.commandLine)\n" }
        }
        if path.isEmpty { text += "\n'\(program.name) help COMMAND' says more about one of them.\n" }
        return text
    }

    private static func commands(_ commands: [Command]) -> String {
        var sections: [String] = []
        for command in commands where !sections.contains(command.section) { sections.append(command.section) }
        return sections.map { section in
            let members = commands.filter { $0.section == section }
            return list(
                section.isEmpty ? "Commands" : section,
                members.map { (([$0.name] + $0.aliases).joined(separator: ", "), $0.summary) })
        }.joined()
    }

    private static func list(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let width = min(rows.map(\.0.count).max() ?? 0, summaryColumnMax)
        var text = "\n\(title)\n"
        for (name, summary) in rows {
            text += "  \(name)"
            if name.count > width {
                text += "\n  " + String(repeating: " ", count: width)
            } else {
                text += String(repeating: " ", count: width - name.count)
            }
            text += "  \(summary)\n"
        }
        return text
    }

    private static func spelling(_ option: CommandOption) -> String {
        let short = option.short.map { "-\($0), " } ?? ""
        return "\(short)--\(option.name)" + (option.value.map { " \($0)" } ?? "")
    }

    private static func explanation(_ option: CommandOption) -> String {
        var notes: [String] = []
        if !option.choices.isEmpty { notes.append(option.choices.joined(separator: "|")) }
        if let value = option.defaultValue { notes.append("default \(value)") }
        if let name = option.environment { notes.append("env \(name)") }
        return option.summary + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    private static func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}
