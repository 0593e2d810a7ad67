import CommandLineInterface
import Database

/// `add` and `ensure` of every table.
enum TableAdd {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "add", aliases: description.spellings["add"] ?? [], summary: "add \(description.aThing)",
            discussion: reloadText(description), arguments: description.arguments(description.add),
            options: [TableOptions.ifNotExists] + options(description), examples: examples(description, "add"),
            run: { try run(description, $0, $1, ensures: false) })
    }

    static func ensure(_ description: TableDescription) -> Command {
        Command(
            "ensure", summary: "make sure that \(description.aThing) is there and has these values",
            discussion: "Adds the row or changes what differs, and says which; a row that is right is not touched.",
            arguments: description.arguments(description.add), options: options(description),
            examples: examples(description, "ensure"),
            run: { try run(description, $0, $1, ensures: true) })
    }

    private static func options(_ description: TableDescription) -> [CommandOption] {
        [TableOptions.set, TableOptions.table] + description.options
            + (description.reload == nil ? [] : [DaemonReload.option])
    }

    private static func examples(_ description: TableDescription, _ verb: String) -> [Example] {
        guard !description.example.isEmpty else { return [] }
        return [Example("sipctl \(description.noun) \(verb) \(description.example)", description.aThing)]
    }

    private static func reloadText(_ description: TableDescription) -> String {
        guard description.reload != nil else { return "" }
        return """
            The running daemon uses the change after 'sipctl \(description.noun) reload', or at once with --reload. A row
            with the same \(description.key.joined(separator: ", ")) is not added twice.
            """
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console, ensures: Bool
    ) throws -> ExitCode {
        let notes = try invocation.editing(description, console) { table in
            var notes: [(text: String, isChange: Bool)] = []
            for draft in try table.drafts(description.add, invocation.words(description)) {
                notes.append(try store(draft, table, ensures: ensures))
            }
            return notes
        }
        for note in notes where note.isChange { invocation.report(note.text, on: console) }
        for note in notes where !note.isChange { console.note(note.text) }
        guard notes.contains(where: \.isChange) else { return .success }
        return try DaemonReload.followUp(description, invocation, console)
    }

    /// Adds or changes one row, and says what was done.
    static func store(
        _ draft: RowDraft, _ table: OpenTable, ensures: Bool
    ) throws -> (text: String, isChange: Bool) {
        if let row = try table.existing(draft) {
            guard ensures else {
                guard table.invocation.has(TableOptions.ifNotExists) else { throw table.alreadyThere(draft, row) }
                return ("\(table.describe(draft)) exists", false)
            }
            let names = draft.differences(to: row).filter { $0 != table.description.stamp }
            guard !names.isEmpty else { return ("\(table.describe(row)) is as it should be", false) }
            try table.update(row, draft)
            return ("changed \(names.joined(separator: ", ")) of \(table.describe(row))", true)
        }
        var complete = draft
        try table.complete(&complete)
        try table.insert(complete)
        let expires = try AddressExpiry.seconds(table.invocation)
        if expires > 0 || table.invocation.isTyped(Ownership.option) {
            let owner = table.invocation.value(of: Ownership.option) ?? ""
            try Ownership(table).note(complete, owner: owner, expires: expires)
        }
        return ("added \(table.describe(complete))", true)
    }
}

extension OpenTable {
    /// The rows that words and `--set` describe, each checked as a whole.
    func drafts(_ slots: [Slot], _ words: ArraySlice<String>) throws(CommandFailure) -> [RowDraft] {
        var assignments: [(column: String, text: String)] = []
        for text in invocation.values(of: TableOptions.set) { assignments.append(try TableOptions.assignment(text)) }
        var result: [RowDraft] = []
        for texts in try slots.rows(words, invocation) {
            var draft = try draft(texts + assignments)
            try normalise(&draft)
            result.append(draft)
        }
        return result
    }
}
