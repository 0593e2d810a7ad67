import CommandLineInterface
import ControlProtocol

/// `sipcmd completion bash|zsh|fish`, and the hidden word by which those scripts ask.
enum CompletionCommands {
    /// The word by which the scripts ask for candidates.
    static let question = "__complete"

    static let script = Command(
        "completion", summary: "print the completion of bash, zsh or fish",
        arguments: [.required("SHELL", "bash, zsh or fish")],
        examples: [Example("sipcmd completion bash > /etc/bash_completion.d/sipcmd", "completion for everybody")]
    ) { invocation, console in
        let shell = try invocation.required(0)
        guard let text = scripts[shell] else {
            throw CommandFailure(.usage, "there is no completion for '\(shell)'", hint: "choose bash, zsh or fish")
        }
        console.write(text)
        return .success
    }

    /// Prints the candidates for the words typed so far, one a line; silent when no server answers.
    static let complete = Command(
        question, summary: "print the words that may follow", section: "For completion",
        arguments: [.repeated("WORD", "the words typed so far, the last one perhaps empty")],
        optionsEndAtFirstArgument: true
    ) { invocation, console in
        var connection: ServerConnection?
        let completion = Completion { method, parameters in
            if connection == nil { connection = try? CallOptions.connect(invocation) }
            return try? connection?.call(method, .document(.positional(parameters))).json()
        }
        for candidate in completion.candidates(invocation.arguments.isEmpty ? [""] : invocation.arguments) {
            console.write(candidate + "\n")
        }
        return .success
    }

    private static let scripts = [
        "bash": """
        _sipcmd() {
            local IFS=$'\\n'
            COMPREPLY=($(sipcmd \(question) "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -F _sipcmd sipcmd

        """,
        "zsh": """
        #compdef sipcmd
        _sipcmd() {
            local -a candidates
            candidates=(${(f)"$(sipcmd \(question) "${(@)words[2,CURRENT]}" 2>/dev/null)"})
            compadd -a candidates
        }
        compdef _sipcmd sipcmd

        """,
        "fish": """
        complete -c sipcmd -f -a '(sipcmd \(question) (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'

        """,
    ]
}
