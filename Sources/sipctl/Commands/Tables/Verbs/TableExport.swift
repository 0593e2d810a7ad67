import CommandLineInterface
import Database

/// `export` of every table: rows as `import` reads them.
enum TableExport {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "export", summary: "write rows as import reads them",
            discussion: """
                All columns but the row's number are written, passwords and hashes too; a file can be read by its owner
                only. Without a file the rows go to standard output.
                """,
            arguments: description.arguments([
                Slot(name: "FILE", summary: "the file; standard output when missing, or -", target: .column("file"))
                    .optional
            ]),
            options: [FileFormat.option] + TableOptions.query(description),
            examples: [
                Example(
                    "sipctl \(description.noun) export\(description.namesTable ? " \(description.table)" : "")",
                    "as CSV")
            ],
            run: { try run(description, $0, $1) })
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        let path = invocation.words(description).first ?? "-"
        guard path != "-" else {
            _ = try write(description, path, invocation, console, console)
            return .success
        }
        let file = try OutputFile(path: path)
        let output = Console(output: file.destination, messages: .memory, environment: invocation.environment)
        let count = try write(description, path, invocation, output, console)
        try output.flush()
        try file.finish()
        console.note("exported \(count) rows to '\(path)'")
        return .success
    }

    private static func write(
        _ description: TableDescription, _ path: String, _ invocation: Invocation, _ output: Console, _ console: Console
    ) throws -> Int {
        try invocation.reading(description, console) { table in
            let selection = try table.selection([], [])
            let names = table.definition.columns.map(\.name.name)
            let chosen =
                invocation.value(of: Settings.columnsOption) ?? names.filter { $0 != "id" }.joined(separator: ",")
            let layout = try RowLayout(
                format: format(path, invocation), columns: names, choosing: chosen,
                showsHeaders: !invocation.has(Settings.noHeadersOption))
            var writer = RowWriter(layout, console: output)
            let count = try table.write(selection, &writer, output)
            writer.finish()
            return count
        }
    }

    private static func format(_ path: String, _ invocation: Invocation) -> OutputFormat {
        let named = invocation.value(of: FileFormat.option) ?? FileFormat.ofName(path)?.rawValue
        if let named, let format = OutputFormat(rawValue: named) { return format }
        let asked = invocation.setting(of: Settings.outputOption).flatMap { OutputFormat(rawValue: $0.value) }
        return asked == .table ? .csv : asked ?? .csv
    }
}
