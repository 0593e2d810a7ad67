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

    func write(_ answer: ServerConnection.Answer, to console: Console) throws(ControlClientError) {
        switch self {
        case .text: try writeText(answer, to: console)
        case .json: try writeJSON(answer, to: console)
        case .jsonl: try writeLines(answer, to: console)
        case .table: try write(answer, as: .table, to: console)
        case .csv: try write(answer, as: .csv, to: console)
        case .tsv: try write(answer, as: .tsv, to: console)
        }
    }

    private func writeText(_ answer: ServerConnection.Answer, to console: Console) throws(ControlClientError) {
        if case .long(let long) = answer {
            var writer = ResultTextWriter(long) { console.write($0) }
            return try writer.run()
        }
        var bytes: [UInt8] = []
        ResultText.write(try answer.records(), to: &bytes)
        console.write(bytes)
    }

    private func writeJSON(_ answer: ServerConnection.Answer, to console: Console) throws(ControlClientError) {
        var bytes: [UInt8] = []
        if case .long(let long) = answer {
            // Compact: what is this long is read by a program.
            var printer = DocumentPrinter()
            while let part = try long.next() {
                _ = printer.write(part, to: &bytes)
                guard bytes.count >= 1 << 15 else { continue }
                console.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        } else {
            try answer.json().write(to: &bytes, .pretty)
        }
        bytes.append(UInt8(ascii: "\n"))
        console.write(bytes)
    }

    private func writeLines(_ answer: ServerConnection.Answer, to console: Console) throws(ControlClientError) {
        guard case .long(let long) = answer else {
            let json = try answer.json()
            for line in json.arrayValue ?? [json] { write(line: line, to: console) }
            return
        }
        guard let first = try long.next() else { return }
        // An array gives a line an element; anything else is one line, which has to be put together first.
        var builder = DocumentBuilder()
        if first != .beginArray { _ = builder.append(first) }
        while let part = try long.next() {
            _ = builder.append(part)
            guard let line = builder.finished else { continue }
            write(line: line, to: console)
            builder = DocumentBuilder()
        }
    }

    private func write(line: JSONValue, to console: Console) {
        var bytes: [UInt8] = []
        line.write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        console.write(bytes)
    }

    private func write(
        _ answer: ServerConnection.Answer, as format: OutputFormat, to console: Console
    ) throws(ControlClientError) {
        let table = ResultTable(try answer.json())
        guard !table.columns.isEmpty, let layout = try? RowLayout(format: format, columns: table.columns) else {
            return
        }
        var writer = RowWriter(layout, console: console)
        for row in table.rows { writer.write(row) }
        writer.finish()
    }
}
