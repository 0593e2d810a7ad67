import CommandLineInterface
import Database

/// `completion`, `complete` and `manual`.
enum CompletionCommands {
    private static let valuesMax = 200

    static let all: [Command] = [
        Command(
            "completion", summary: "print the script that completes command lines in a shell",
            discussion:
                "bash: source <(sipctl completion bash). Users, groups, domains and tables come from the database.",
            arguments: [.required("SHELL", "bash, zsh or fish")],
            examples: [Example("sipctl completion bash", "for ~/.bashrc")],
            run: { invocation, console in
                let shell = try invocation.required(0)
                guard let script = Sipctl.program.completionScript(for: shell) else {
                    throw CommandFailure(
                        .usage, "there is no completion for '\(shell)'", hint: "choose bash, zsh or fish")
                }
                console.write(script)
                return .success
            }),
        Command(
            "complete", summary: "print what may stand in place of the last word; shells use it",
            arguments: [.repeated("WORD", "the words of the command line, behind --")],
            examples: [Example("sipctl complete -- addr", "what begins so")],
            run: { invocation, console in
                let completion = Sipctl.program.completion(of: invocation.arguments)
                let last = invocation.arguments.last ?? ""
                var words = completion.words
                // A shell that completes must not wait, and not see an error, when the database is away.
                if let name = completion.valueName, let found = try? values(name, last, invocation, console) {
                    words += found
                }
                for word in words { console.write(word + "\n") }
                return .success
            }),
        Command(
            "manual", summary: "print the manual page", discussion: "sipctl manual >sipctl.1; man ./sipctl.1",
            examples: [Example("sipctl manual", "for man")],
            run: { _, console in
                console.write(ManualPage.text(of: Sipctl.program))
                return .success
            }),
    ]

    private static func values(
        _ name: String, _ beginning: String, _ invocation: Invocation, _ console: Console
    ) throws -> [String] {
        try invocation.withDatabase(console) { connection in
            let sql: String
            switch name {
            case "USER", "AOR": sql = "SELECT username, domain FROM subscriber ORDER BY username LIMIT 100000"
            case "DOMAIN": sql = "SELECT domain FROM domain ORDER BY domain"
            case "GROUP":
                sql =
                    "SELECT DISTINCT grp FROM \(invocation.arguments.first == "address" ? "address" : "grp") ORDER BY grp"
            case "TABLE": return try SchemaInstaller(connection).existingTables().filter { $0.hasPrefix(beginning) }
            default: return []
            }
            var words: [String] = []
            try connection.forEachRow(sql, []) { row throws(DatabaseError) in
                let word = row.values.compactMap(\.text).joined(separator: "@")
                if word.hasPrefix(beginning) { words.append(word) }
                return words.count < valuesMax ? .proceed : .stop
            }
            return words
        }
    }
}
