/// What a shell can put in place of the word under the cursor.
package struct Completion: Sendable, Equatable {
    /// Words the description itself knows: commands, options, choices.
    package var words: [String] = []
    /// What else may stand there, as the description names it: `USER`, `TABLE`; the program looks such values up.
    package var valueName: String?
}

extension Program {
    /// The words that may stand in place of the last of `line`, which has no program's name in front.
    package func completion(of line: [String]) -> Completion {
        var command = root
        var known = options
        var arguments = 0
        var wanted: CommandOption?
        for word in line.dropLast() {
            if wanted != nil {
                wanted = nil
            } else if word.hasPrefix("-"), word != "-" {
                let option = known.last { "--\($0.name)" == word || $0.short.map { "-\($0)" } == word }
                if option?.value != nil { wanted = option }
            } else if arguments == 0, let next = command.subcommand(word) {
                command = next
                known += next.options
            } else {
                arguments += 1
            }
        }
        let last = line.last ?? ""
        var completion = Completion()
        if let option = wanted {
            completion.words = option.choices
            completion.valueName = option.value
        } else if last.hasPrefix("-") {
            completion.words = (known + [Self.helpOption]).map { "--\($0.name)" }
        } else {
            if arguments == 0 { completion.words = command.subcommands.map(\.name) }
            let slot = command.arguments.indices.contains(arguments) ? command.arguments[arguments] : nil
            completion.valueName = slot?.name
            if slot == nil, let rest = command.arguments.last, case .repeated = rest.presence {
                completion.valueName = rest.name
            }
        }
        completion.words = completion.words.filter { $0.hasPrefix(last) }.sorted()
        return completion
    }

    /// The script that makes a shell ask the program itself for completions; nil for a shell that is not known.
    package func completionScript(for shell: String) -> String? {
        switch shell {
        case "bash":
            """
            _\(name)() {
                local IFS=$'\\n'
                COMPREPLY=($(\(name) complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            }
            complete -o default -o nosort -F _\(name) \(name)

            """
        case "zsh":
            """
            #compdef \(name)
            _\(name)() {
                local -a candidates
                candidates=("${(@f)$(\(name) complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                compadd -a candidates
            }
            compdef _\(name) \(name)

            """
        case "fish":
            """
            complete -c \(name) -f -a '(\(name) complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'

            """
        default: nil
        }
    }
}
