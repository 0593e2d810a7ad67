import CommandLineInterface
import ControlProtocol
import Database

/// Reads rows from a file, each checked as it would be on the command line.
struct RecordReader {
    /// A row and where it stood.
    struct Record {
        let line: Int
        let row: RowDraft
    }

    private enum Source {
        case delimited(DelimitedReader, columns: [ColumnDefinition])
        case objects(ObjectReader)
    }

    private let table: OpenTable
    private let name: String
    private var source: Source
    /// The line the last record began on.
    private(set) var line = 0

    /// Opens a file; the first line of CSV names the columns.
    init(_ path: String, _ format: FileFormat, _ table: OpenTable) throws(CommandFailure) {
        let input = try InputFile(path: path)
        self.table = table
        name = input.name
        switch format {
        case .json, .jsonl: source = .objects(ObjectReader(input))
        case .csv, .tsv:
            var reader = DelimitedReader(input, style: format == .csv ? .csv : .tsv)
            guard let header = try reader.next() else {
                throw CommandFailure(.badData, "\(input.name) is empty", hint: "the first line names the columns")
            }
            var columns: [ColumnDefinition] = []
            for text in header {
                // Spreadsheets put a byte order mark in front.
                let word = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
                do throws(CommandFailure) {
                    columns.append(try table.column(word.lowercased()))
                } catch {
                    throw CommandFailure(.badData, "\(input.name):\(reader.line): \(error.message)", hint: error.hint)
                }
            }
            source = .delimited(reader, columns: columns)
        }
    }

    /// The next row; nil at the end.
    ///
    /// - Throws: `CommandFailure` that begins with file and line; the next call goes on behind a row that was refused,
    ///   unless `isBroken` says that nothing can be read any more.
    mutating func next() throws(CommandFailure) -> Record? {
        guard let texts = try nextTexts() else { return nil }
        do throws(CommandFailure) {
            return Record(line: line, row: try row(texts))
        } catch {
            throw CommandFailure(error.exitCode, "\(name):\(line): \(error.message)", hint: error.hint)
        }
    }

    /// Whether the file itself is damaged, so that what follows makes no sense.
    private(set) var isBroken = false

    private func row(_ texts: [(ColumnDefinition, String?)]) throws(CommandFailure) -> RowDraft {
        var row = RowDraft(table.definition, table.engine)
        for (column, text) in texts where !column.isAutomatic {
            switch (text, column.kind) {
            case (nil, _): row[column.name.name] = column.isNullable ? .null : nil
            case ("", .integer), ("", .real), ("", .time): row[column.name.name] = column.isNullable ? .null : nil
            case ("", _) where column.isNullable: row[column.name.name] = .null
            case (let text, _): row[column.name.name] = try table.value(text, column)
            }
        }
        try table.normalise(&row)
        return row
    }

    private mutating func nextTexts() throws(CommandFailure) -> [(ColumnDefinition, String?)]? {
        switch source {
        case .delimited(var reader, let columns):
            isBroken = true
            let fields = try reader.next()
            isBroken = false
            source = .delimited(reader, columns: columns)
            line = reader.line
            guard let fields else { return nil }
            guard fields.count == columns.count else {
                throw CommandFailure(
                    .badData,
                    "\(name):\(line): \(fields.count) fields, but the first line names \(columns.count) columns")
            }
            return Array(zip(columns, fields))
        case .objects(var reader):
            isBroken = true
            let bytes = try reader.next()
            isBroken = false
            source = .objects(reader)
            line = reader.line
            guard let bytes else { return nil }
            return try members(bytes)
        }
    }

    private func members(_ bytes: [UInt8]) throws(CommandFailure) -> [(ColumnDefinition, String?)] {
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw CommandFailure(.badData, "\(name):\(line): \(error)")
        }
        var result: [(ColumnDefinition, String?)] = []
        for member in value.objectValue ?? [] {
            do throws(CommandFailure) {
                result.append((try table.column(member.name), Self.text(member.value)))
            } catch {
                throw CommandFailure(.badData, "\(name):\(line): \(error.message)", hint: error.hint)
            }
        }
        return result
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .bool(let flag): flag ? "1" : "0"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array, .object: value.text()
        }
    }
}
