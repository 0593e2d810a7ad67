import CommandLineInterface
import ControlProtocol

/// A result as rows and columns, for `--output table`, `csv` and `tsv`; see `ListingRow` for what a row is.
struct ResultTable {
    private(set) var columns: [String] = []
    private(set) var rows: [[Field]] = []
    private var positions: [String: Int] = [:]

    init(_ result: JSONValue) {
        for row in ListingRow.rows(ofResult: result) { append(row) }
        for index in rows.indices {
            rows[index] += Array(repeating: .null, count: columns.count - rows[index].count)
        }
    }

    private mutating func append(_ members: [JSONMember]) {
        var row = Array(repeating: Field.null, count: columns.count)
        for member in members {
            let position = positions[member.name] ?? columns.count
            if position == columns.count {
                columns.append(member.name)
                positions[member.name] = position
            }
            row += Array(repeating: .null, count: max(columns.count - row.count, 0))
            row[position] = Self.field(member.value)
        }
        rows.append(row)
    }

    /// The value as a field.
    static func field(_ value: JSONValue) -> Field {
        switch value {
        case .null: .null
        case .bool(let bool): .boolean(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .real(number)
        case .string(let text): .text(text)
        case .array, .object: .text(value.text())
        }
    }
}
