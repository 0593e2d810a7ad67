import CommandLineInterface
import ControlProtocol

/// How a result is printed.
enum ResultRendering: String, CaseIterable, Sendable {
    /// As kamcmd does.
    case text
    /// One JSON document, indented.
    case json
    /// One JSON document a line: each element of an array, or the result.
    case jsonl
    case table
    case csv
    case tsv

    func write(_ answer: ServerConnection.Answer, to console: Console) throws(CommandFailure) {
        switch self {
        case .text:
            var bytes: [UInt8] = []
            ResultText.write(answer.records, to: &bytes)
            console.write(bytes)
        case .json:
            var bytes: [UInt8] = []
            answer.json.write(to: &bytes, .pretty)
            bytes.append(UInt8(ascii: "\n"))
            console.write(bytes)
        case .jsonl:
            for line in answer.json.arrayValue ?? [answer.json] {
                var bytes: [UInt8] = []
                line.write(to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
                console.write(bytes)
            }
        case .table: try write(answer, as: .table, to: console)
        case .csv: try write(answer, as: .csv, to: console)
        case .tsv: try write(answer, as: .tsv, to: console)
        }
    }

    private func write(
        _ answer: ServerConnection.Answer, as format: OutputFormat, to console: Console
    ) throws(CommandFailure) {
        let table = ResultTable(answer.json)
        guard !table.columns.isEmpty else { return }
        var writer = RowWriter(try RowLayout(format: format, columns: table.columns), console: console)
        for row in table.rows { writer.write(row) }
        writer.finish()
    }
}
