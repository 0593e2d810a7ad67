import CommandLineInterface
import ControlProtocol

/// Prints rows as they come; the first one decides the columns of tables, CSV and TSV.
struct RowPrinter {
    private let rendering: ResultRendering
    private let console: Console
    private var columns: [String] = []
    private var writer: RowWriter?
    private var isFirst = true

    init(_ rendering: ResultRendering, _ console: Console) {
        self.rendering = rendering
        self.console = console
    }

    mutating func write(_ row: JSONValue) {
        defer { isFirst = false }
        switch rendering {
        case .text:
            var bytes: [UInt8] = []
            ResultText.write([ResultRecord(row)], to: &bytes)
            console.write(bytes)
        case .jsonl: console.write(row.text() + "\n")
        case .json: console.write((isFirst ? "[\n" : ",\n") + row.text())
        case .table: writeFields(row, .table)
        case .csv: writeFields(row, .csv)
        case .tsv: writeFields(row, .tsv)
        }
    }

    private mutating func writeFields(_ row: JSONValue, _ format: OutputFormat) {
        let members = row.objectValue ?? [JSONMember("value", row)]
        if writer == nil {
            columns = members.map(\.name)
            guard let layout = try? RowLayout(format: format, columns: columns) else { return }
            writer = RowWriter(layout, console: console)
        }
        writer?.write(
            columns.map { name in members.first { $0.name == name }.map { ResultTable.field($0.value) } ?? .null })
    }

    mutating func finish() {
        if rendering == .json { console.write(isFirst ? "[]\n" : "\n]\n") }
        writer?.finish()
    }
}
