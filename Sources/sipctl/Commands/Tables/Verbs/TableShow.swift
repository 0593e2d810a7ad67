import CommandLineInterface
import Database

/// `show` of every table: the rows that are named, which have to be there; all rows when none is named.
enum TableShow {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "show", aliases: description.spellings["show"] ?? [], summary: "show the rows that are named, or all",
            arguments: description.arguments(description.find.allOptional),
            options: [TableOptions.id] + TableOptions.query(description),
            examples: [
                Example(
                    "sipctl \(description.noun) show\(description.namesTable ? " \(description.table)" : "")",
                    "all rows")
            ],
            run: { try run(description, $0, $1) })
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        try invocation.reading(description, console) { table in
            let words = invocation.words(description)
            let selection = try table.selection(description.find.allOptional, words)
            var writer = RowWriter(try invocation.layout(table), console: console)
            var isEmpty = true
            try table.forEach(selection) { _ throws(DatabaseError) in
                isEmpty = false
                return .stop
            }
            guard !isEmpty || selection.isEverything else { throw table.missing(words) }
            try table.write(selection, &writer, console)
            writer.finish()
            return .success
        }
    }
}

extension OpenTable {
    /// The failure of a command about rows that are not there.
    func missing(_ words: ArraySlice<String>) -> CommandFailure {
        let name = invocation.value(of: TableOptions.id) ?? words.joined(separator: " ")
        return CommandFailure(
            .noSuchRecord, "there is no \(description.thing)" + (name.isEmpty ? " like that" : " '\(name)'"),
            hint: "'sipctl \(description.noun) list' shows what there is")
    }
}
