import CommandLineInterface
import Database

/// `rm` of every table.
enum TableRemove {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "rm", aliases: description.spellings["rm"] ?? [], summary: "remove rows",
            discussion: "Removes all rows with the values that are given. To remove every row takes --all and a yes.",
            arguments: description.arguments(description.find.allOptional),
            options: [
                TableOptions.id, TableOptions.all, TableOptions.ifExists, TableOptions.condition, TableOptions.table,
            ]
                + description.filters.map(\.option) + (description.reload == nil ? [] : [DaemonReload.option]),
            run: { try run(description, $0, $1) })
    }

    /// How many removed rows are named one by one.
    private static let namedMax = 20

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        let names = try invocation.editing(description, console) { table in
            let words = invocation.words(description)
            try checkWords(words, table)
            var names: [String] = []
            for selection in try table.selections(description.find.allOptional, words) {
                try check(selection, table, console)
                let rows = try table.found(selection)
                guard !rows.isEmpty || selection.isEverything || invocation.has(TableOptions.ifExists) else {
                    throw table.missing(words)
                }
                for row in rows {
                    try table.delete(row)
                    names.append(table.describe(row))
                }
            }
            return names
        }
        if names.count > namedMax {
            invocation.report("removed \(names.count) rows", on: console)
        } else {
            for name in names { invocation.report("removed \(name)", on: console) }
        }
        guard !names.isEmpty else {
            console.note("nothing to remove")
            return .success
        }
        return try DaemonReload.followUp(description, invocation, console)
    }

    /// To name less than kamctl asks for would remove more than is meant.
    private static func checkWords(_ words: ArraySlice<String>, _ table: OpenTable) throws(CommandFailure) {
        let description = table.description
        let others = [TableOptions.id, TableOptions.condition] + description.filters.map(\.option)
        let isByNumber = description.oneNumberIsID && words.count == 1
        let needed = description.find.map(\.argument).requiredCount
        guard !words.isEmpty, words.count < needed, !isByNumber, !others.contains(where: table.invocation.isTyped)
        else { return }
        let missing = description.find.prefix(needed).dropFirst(words.count).map(\.name).joined(separator: " ")
        throw CommandFailure(
            .usage, "missing \(missing)",
            hint: "--where removes rows by single columns; sipctl help \(description.noun) rm")
    }

    private static func check(_ selection: RowSelection, _ table: OpenTable, _ console: Console) throws {
        guard selection.isEverything else { return }
        let noun = table.description.noun
        guard table.invocation.has(TableOptions.all) else {
            let words = table.description.find.map(\.name).joined(separator: " ")
            throw CommandFailure(
                .usage, "which \(table.description.thing)? Missing \(words.isEmpty ? "a condition" : words)",
                hint: "'sipctl \(noun) rm --all' removes every row; sipctl help \(noun) rm")
        }
        let count = try table.rows.count()
        try table.invocation.confirm("remove all \(count) rows of table '\(table.definition.name)'", console)
    }
}
