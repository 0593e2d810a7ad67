import Suggestions

/// How a list is printed.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people.
    case table
    /// One JSON array of objects.
    case json
    /// One JSON object a line.
    case jsonl
    /// RFC 4180.
    case csv
    /// Tab-separated, with `\t`, `\n`, `\r` and `\\` escaped.
    case tsv
}

/// A value in a row.
package enum Field: Equatable, Sendable {
    /// SQL NULL or JSON null; an empty text in the formats that know none.
    case null
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction.
    case real(Double)
    /// Anything else.
    case text(String)
    /// Yes or no: `true` and `false` in every format.
    case boolean(Bool)

    /// Text, or null.
    package init(_ text: String?) {
        self = text.map(Field.text) ?? .null
    }

    var plain: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .boolean(let flag): flag ? "true" : "false"
        }
    }

    var json: String {
        switch self {
        case .null: "null"
        case .integer(let number): String(number)
        case .real(let number): number.isFinite ? String(number) : "null"
        case .text(let text): TextEscape.json(text)
        case .boolean(let flag): flag ? "true" : "false"
        }
    }
}

/// Which columns are printed, and how.
package struct RowLayout: Sendable {
    /// The format.
    package var format: OutputFormat
    /// The names of all columns a row has, in order; they are the JSON keys.
    package var columns: [String]
    /// Positions of the columns to print, in the order to print them.
    package var selection: [Int]
    /// Whether table, CSV and TSV begin with a line of names.
    package var showsHeaders: Bool

    /// Chooses columns by their names, separated by commas; nil takes all.
    ///
    /// - Throws: `CommandFailure` with `usage` for a name that is not among `columns`.
    package init(
        format: OutputFormat, columns: [String], choosing names: String? = nil, showsHeaders: Bool = true
    ) throws(CommandFailure) {
        self.format = format
        self.columns = columns
        self.showsHeaders = showsHeaders
        selection = Array(columns.indices)
        guard let names else { return }
        selection = []
        for part in names.split(separator: ",", omittingEmptySubsequences: false) {
            guard let index = columns.firstIndex(of: String(part)) else {
                let near = NearestName.of(String(part), among: columns)
                throw CommandFailure(
                    .usage, "there is no column '\(part)'",
                    hint: near.map { "did you mean '\($0)'?" } ?? "the columns are \(columns.joined(separator: ", "))")
            }
            selection.append(index)
        }
    }
}

/// Prints rows one after another in constant memory.
///
/// A table's widths come from the first rows; a longer value further down moves the rest of its line.
package struct RowWriter {
    private static let measuredRowsMax = 500

    private let layout: RowLayout
    private let console: Console
    private var widths: [Int]
    private var waiting: [[String]] = []
    private var isMeasuring = true
    private var count = 0
    private let keys: [String]

    /// Starts a list.
    package init(_ layout: RowLayout, console: Console) {
        self.layout = layout
        self.console = console
        widths = layout.selection.map { layout.columns[$0].count }
        keys = layout.selection.map { TextEscape.json(layout.columns[$0]) }
        let names = layout.selection.map { layout.columns[$0] }
        switch layout.format {
        case .csv where layout.showsHeaders: console.write(names.map(TextEscape.csv).joined(separator: ",") + "\r\n")
        case .tsv where layout.showsHeaders: console.write(names.map(TextEscape.tsv).joined(separator: "\t") + "\n")
        case .csv, .tsv, .table, .json, .jsonl: break
        }
    }

    /// Prints one row; it has a field for each of the layout's columns.
    package mutating func write(_ row: [Field]) {
        let fields = layout.selection.map { row.indices.contains($0) ? row[$0] : .null }
        switch layout.format {
        case .table: writeTable(fields.map { TextEscape.controls($0.plain) })
        case .json: console.write((count == 0 ? "[\n  " : ",\n  ") + object(fields))
        case .jsonl: console.write(object(fields) + "\n")
        case .csv: console.write(fields.map { TextEscape.csv($0.plain) }.joined(separator: ",") + "\r\n")
        case .tsv: console.write(fields.map { TextEscape.tsv($0.plain) }.joined(separator: "\t") + "\n")
        }
        count += 1
    }

    /// Prints what is still held back and closes the list.
    package mutating func finish() {
        switch layout.format {
        case .table: stopMeasuring()
        case .json: console.write(count == 0 ? "[]\n" : "\n]\n")
        case .jsonl, .csv, .tsv: break
        }
    }

    private func object(_ fields: [Field]) -> String {
        var text = "{"
        for (index, field) in fields.enumerated() {
            text += (index == 0 ? "" : ", ") + keys[index] + ": " + field.json
        }
        return text + "}"
    }

    // MARK: Table

    private mutating func writeTable(_ cells: [String]) {
        guard isMeasuring else {
            console.write(line(cells))
            return
        }
        for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.count) }
        waiting.append(cells)
        if waiting.count >= Self.measuredRowsMax { stopMeasuring() }
    }

    private mutating func stopMeasuring() {
        guard isMeasuring else { return }
        isMeasuring = false
        if layout.showsHeaders { console.write(line(layout.selection.map { layout.columns[$0].uppercased() })) }
        for cells in waiting { console.write(line(cells)) }
        waiting = []
    }

    private func line(_ cells: [String]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            text += cell
            guard index + 1 < cells.count else { break }
            text += String(repeating: " ", count: max(widths[index] - cell.count, 0) + 2)
        }
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }
}

/// Prints one record: `name: value` lines for people, an object in JSON, a list of one otherwise.
package struct RecordWriter {
    /// Prints the record.
    package static func write(_ row: [Field], layout: RowLayout, console: Console) {
        switch layout.format {
        case .table:
            let names = layout.selection.map { layout.columns[$0] }
            let width = names.map(\.count).max() ?? 0
            for (name, index) in zip(names, layout.selection) {
                let value = TextEscape.controls(row.indices.contains(index) ? row[index].plain : "")
                let gap = String(repeating: " ", count: width - name.count + 1)
                console.write(value.isEmpty ? "\(name):\n" : "\(name):\(gap)\(value)\n")
            }
        case .json:
            let members = layout.selection.map { index in
                "  " + TextEscape.json(layout.columns[index]) + ": "
                    + (row.indices.contains(index) ? row[index] : .null).json
            }
            console.write("{\n" + members.joined(separator: ",\n") + "\n}\n")
        case .jsonl, .csv, .tsv:
            var writer = RowWriter(layout, console: console)
            writer.write(row)
            writer.finish()
        }
    }
}
