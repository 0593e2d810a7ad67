import CommandLineInterface
import Database

/// `set` of every table: changes columns of rows that are there.
enum TableSet {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "set", summary: "change columns of rows",
            discussion: """
                The last words are COLUMN=VALUE; those in front name the rows, as in show. COLUMN=NULL, and nothing else in
                upper case, stores NULL where the column allows it.
                """,
            arguments: description.arguments([
                Slot(name: "WORD", summary: "the rows, then COLUMN=VALUE...", target: .column("id")).repeated
            ]),
            options: [TableOptions.id, TableOptions.condition, TableOptions.table]
                + description.filters.map(\.option) + (description.reload == nil ? [] : [DaemonReload.option]),
            run: { try run(description, $0, $1) })
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        let names = try invocation.editing(description, console) { table in
            var words = invocation.words(description)
            var changes = RowDraft(table.definition, table.engine)
            while let last = words.last, let (name, text) = try? TableOptions.assignment(last),
                table.definition.column(name) != nil
            {
                let column = try table.column(name)
                changes[name] = try table.value(text == "NULL" && column.isNullable ? nil : text, column)
                words = words.dropLast()
            }
            guard !changes.givenColumns.isEmpty else {
                throw CommandFailure(.usage, "missing COLUMN=VALUE", hint: "sipctl help \(description.noun) set")
            }
            return try change(changes, words, table)
        }
        for name in names { invocation.report("changed \(name)", on: console) }
        return try DaemonReload.followUp(description, invocation, console)
    }

    private static func change(
        _ changes: RowDraft, _ words: ArraySlice<String>, _ table: OpenTable
    ) throws -> [String] {
        let selection = try table.selection(table.description.find.allOptional, words)
        guard !selection.isEverything else {
            throw CommandFailure(
                .usage, "which \(table.description.thing)? No row is named",
                hint: "--where names rows by their values")
        }
        let rows = try table.found(selection)
        guard !rows.isEmpty else { throw table.missing(words) }
        var names: [String] = []
        for row in rows {
            // The row is checked as it will be, because columns depend on each other.
            var whole = row
            for (index, value) in changes.values.enumerated() { if let value { whole.values[index] = value } }
            try table.normalise(&whole)
            var given = changes
            for name in whole.differences(to: row) { given[name] = whole[name] }
            try table.update(row, given)
            names.append(table.describe(row))
        }
        return names
    }
}
