import CommandLineInterface
import Database

/// `list` of every table: rows in constant memory.
enum TableList {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "list", aliases: description.spellings["list"] ?? [], summary: "list rows of the database",
            arguments: description.arguments(description.listSlots), options: TableOptions.query(description),
            examples: [
                Example(
                    "sipctl \(description.noun) list\(description.namesTable ? " \(description.table)" : "")",
                    "all rows")
            ],
            run: { try run(description, $0, $1) })
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        try invocation.reading(description, console) { table in
            let selection = try table.selection(description.listSlots, invocation.words(description))
            var writer = RowWriter(try invocation.layout(table), console: console)
            try table.write(selection, &writer, console)
            writer.finish()
            return .success
        }
    }
}

extension OpenTable {
    /// Writes rows as the options for sorting and paging ask, and returns how many.
    @discardableResult
    func write(_ selection: RowSelection, _ writer: inout RowWriter, _ console: Console) throws -> Int {
        var query = RowQuery(columns: definition.columns.map(\.name))
        query.conditions = selection.conditions
        query.order = try TableOptions.order(invocation, self)
        let limit = try Limit.value(invocation)
        let offset = try TableOptions.offset(invocation)
        // What SQL cannot compare is counted here.
        if selection.accepts == nil {
            query.limit = limit
            query.offset = offset
        }
        let engine = engine
        var count = 0
        var skipped = selection.accepts == nil ? offset : 0
        try rows.forEach(query) { row throws(DatabaseError) in
            if let accepts = selection.accepts {
                guard accepts(RowDraft(definition, engine, row)) else { return .proceed }
                skipped += 1
                guard skipped > offset else { return .proceed }
                guard limit.map({ count < $0 }) ?? true else { return .stop }
            }
            count += 1
            var fields: [Field] = []
            fields.reserveCapacity(definition.columns.count)
            for (index, column) in definition.columns.enumerated() {
                fields.append(ColumnText.field(row[index], column, engine: engine))
            }
            writer.write(fields)
            return console.hasFailed ? .stop : .proceed
        }
        return count
    }
}

extension Invocation {
    /// The layout for rows of a table: for people the columns that matter, otherwise all but secret ones.
    func layout(_ table: OpenTable) throws -> RowLayout {
        let names = table.definition.columns.map(\.name.name)
        let open = names.filter { !table.description.secrets.contains($0) }
        var shown = table.description.listColumns.filter { names.contains($0) }
        if shown.isEmpty { shown = open }
        return try layout(names, defaults: shown, otherwise: open)
    }
}
