import CommandLineInterface
import Database

/// `diff` and `apply`: a table, or many, against files.
enum StateCommands {
    static let all: [Command] = [
        Command(
            "diff", summary: "compare tables with files",
            discussion: """
                Each file is named after its table: subscriber.csv, address.jsonl. Prints '+' for a row that is missing, '~'
                for one that differs, '-' for one too many (with --prune). The exit code is 0 when nothing differs, 1 when
                something does.
                """,
            arguments: [.repeated("PATH", "a file, or a folder of files", minimum: 1)],
            options: TableComparison.options + [Password.storePlaintextOption], run: { try run($0, $1, applies: false) }
        ),
        Command(
            "apply", summary: "make tables hold what files say",
            discussion: "All tables are changed in one transaction, or none. Files are named after their tables.",
            arguments: [.repeated("PATH", "a file, or a folder of files", minimum: 1)],
            options: TableComparison.options + [Password.storePlaintextOption], run: { try run($0, $1, applies: true) }),
    ]

    /// The same for one table.
    static func verbs(_ description: TableDescription) -> [Command] {
        let file = Slot(name: "FILE", summary: "the file; - is standard input", target: .column("file"))
        let common = Set(TableComparison.options.map(\.name))
        let options = TableComparison.options + description.options.filter { !common.contains($0.name) }
        return [
            Command(
                "diff", summary: "compare the table with a file", arguments: description.arguments([file]),
                options: options,
                run: { try run(description, $0, $1, applies: false) }),
            Command(
                "apply", summary: "make the table hold what a file says", arguments: description.arguments([file]),
                options: options + (description.reload == nil ? [] : [DaemonReload.option]),
                run: { try run(description, $0, $1, applies: true) }),
        ]
    }

    private static func run(
        _ description: TableDescription, _ invocation: Invocation, _ console: Console, applies: Bool
    ) throws -> ExitCode {
        guard let path = invocation.words(description).first else {
            throw CommandFailure(.usage, "missing FILE", hint: "sipctl help \(description.noun)")
        }
        guard applies else {
            return try invocation.reading(description, console) { table in try compare(path, table, console) }
        }
        let result = try invocation.editing(description, console) { table in try apply(path, table) }
        invocation.report("applied '\(path)': \(result.summary)", on: console)
        guard result.count > 0 else { return .success }
        return try DaemonReload.followUp(description, invocation, console)
    }

    private static func compare(_ path: String, _ table: OpenTable, _ console: Console) throws -> ExitCode {
        let wanted = try table.wantedRows(path, FileFormat.of(path, table.invocation))
        let comparison = try TableComparison(wanted, table)
        comparison.write(table, console)
        return comparison.count == 0 ? .success : .negative
    }

    private static func apply(_ path: String, _ table: OpenTable) throws -> TableComparison {
        let wanted = try table.wantedRows(path, FileFormat.of(path, table.invocation))
        let comparison = try TableComparison(wanted, table)
        try comparison.checkSize(table)
        try comparison.apply(to: table)
        return comparison
    }

    // MARK: Many tables

    private static func run(_ invocation: Invocation, _ console: Console, applies: Bool) throws -> ExitCode {
        var paths: [String] = []
        for path in invocation.arguments {
            guard let names = FolderListing.names(path) else {
                paths.append(path)
                continue
            }
            paths += names.filter { FileFormat.ofName($0) != nil }.map { "\(path)/\($0)" }
        }
        guard !paths.isEmpty else { throw CommandFailure(.noInput, "there is no file of a table") }
        let descriptions = try paths.map(description)
        guard applies else {
            return try invocation.withDatabase(console) { connection in
                var code = ExitCode.success
                for (path, description) in zip(paths, descriptions) {
                    let table = try OpenTable(description, connection, invocation, ChangeRecorder())
                    if try compare(path, table, console) != .success { code = .negative }
                }
                return code
            }
        }
        let notes = try invocation.change(console) { connection in
            let recorder = ChangeRecorder()
            var notes: [String] = []
            for (path, description) in zip(paths, descriptions) {
                let table = try OpenTable(description, connection, invocation, recorder)
                notes.append("applied '\(path)': \(try apply(path, table).summary)")
            }
            try recorder.write(connection, invocation)
            return notes
        }
        for note in notes { invocation.report(note, on: console) }
        return .success
    }

    private static func description(_ path: String) throws(CommandFailure) -> TableDescription {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let name = String(file.prefix { $0 != "." })
        let known = TableCatalog.all.first { $0.noun == name || $0.aliases.contains(name) }
        if let description = TableCatalog.description(ofTable: name) ?? known { return description }
        throw CommandFailure(
            .badData, "'\(path)' is named after no table", hint: "as in subscriber.csv or address.jsonl")
    }
}
