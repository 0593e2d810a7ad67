import CommandLineInterface
import Database

/// `import` of every table: rows of a file in one transaction.
enum TableImport {
    static func command(_ description: TableDescription) -> Command {
        Command(
            "import", summary: "add the rows of a file",
            discussion: """
                CSV and TSV begin with a line of column names; JSON is an array of objects, or one object a line. Every row is
                checked as 'add' does. All rows are added, or none.
                """,
            arguments: description.arguments([
                Slot(name: "FILE", summary: "the file; - is standard input", target: .column("file"))
            ]),
            options: [FileFormat.option, BulkWriter.Conflict.option, TableOptions.table] + description.options
                + (description.reload == nil ? [] : [DaemonReload.option]),
            run: { try run(description, $0, $1) })
    }

    static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console
    ) throws -> ExitCode {
        guard let path = invocation.words(description).first else {
            throw CommandFailure(.usage, "missing FILE", hint: "sipctl help \(description.noun) import")
        }
        let conflict = BulkWriter.Conflict(rawValue: invocation.value(of: BulkWriter.Conflict.option) ?? "") ?? .fail
        let note = try invocation.editing(description, console) { table in
            try GenerationTable(table.connection).raisingOnce(table.definition.name.name) {
                try load(path, conflict, table, console)
            }
        }
        invocation.report(note.text, on: console)
        guard note.isChange else { return .success }
        return try DaemonReload.followUp(description, invocation, console)
    }

    private static func load(
        _ path: String, _ conflict: BulkWriter.Conflict, _ table: OpenTable, _ console: Console
    ) throws -> (text: String, isChange: Bool) {
        let before = try table.rows.count()
        var reader = try RecordReader(path, FileFormat.of(path, table.invocation), table)
        let writer = try BulkWriter(table, conflict, fileName: path == "-" ? "standard input" : path)
        var errors = ErrorList()
        var progress = Progress("rows", console: console)
        defer { progress.finish() }
        var count = 0
        while !reader.isBroken {
            do {
                guard let record = try reader.next() else { break }
                count += 1
                progress.show(count)
                // Once a row is refused, the others are only looked at.
                if errors.count == 0 { try writer.write(record) }
            } catch let failure as CommandFailure {
                errors.add(failure)
            }
        }
        try errors.check()
        try writer.finish()
        let added = try table.rows.count() - before
        if writer.added == 0 { table.recorder.count(.add, added, in: table) }
        let others = count - added
        var text = "imported \(count) rows: \(added) added"
        switch conflict {
        case .fail: break
        case .skip: text += ", \(others) left as they were"
        case .update:
            if writer.added + writer.changed + writer.skipped == 0 {
                table.recorder.count(.change, others, in: table)
                text += ", \(others) updated"
            } else {
                text += ", \(writer.changed) updated, \(writer.skipped) left as they were"
            }
        }
        return (text, added + (conflict == .update ? others : 0) > 0)
    }
}
