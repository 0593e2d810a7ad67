import CommandLineInterface
import ControlProtocol

/// A result as rows and columns, for `--output table`, `csv` and `tsv`.
///
/// The rows are the elements of the innermost list, each with the plain values around it: `ul.dump` gives one row a
/// contact, with the domain and the AoR before the contact's own values. Objects inside rows become columns named
/// `outer.inner`; a second list in the same place is shown as JSON.
struct ResultTable {
    private(set) var columns: [String] = []
    private(set) var rows: [[Field]] = []
    private var positions: [String: Int] = [:]

    init(_ result: JSONValue) {
        switch result {
        case .array(let elements):
            for element in elements { add(element, around: []) }
        case .object([]): break
        case .object, .null, .bool, .integer, .number, .string: add(result, around: [])
        }
        for index in rows.indices {
            rows[index] += Array(repeating: .null, count: columns.count - rows[index].count)
        }
    }

    private mutating func add(_ element: JSONValue, around: [JSONMember]) {
        guard case .object(let members) = Self.unwrapped(element) else {
            appendRow(around + [JSONMember("value", element)])
            return
        }
        var plain = around
        var list: [JSONValue]?
        for member in members {
            switch member.value {
            case .object(let inner) where Self.isWrapper(member.value) == false && !inner.isEmpty:
                plain += inner.map { JSONMember("\(member.name).\($0.name)", $0.value) }
            case .array(let elements) where list == nil && elements.contains { $0.objectValue != nil }:
                list = elements
            case .null, .bool, .integer, .number, .string, .array, .object: plain.append(member)
            }
        }
        guard let list else { return appendRow(plain) }
        for element in list { add(element, around: plain) }
    }

    /// `{"Info": {…}}` is what Kamailio makes of a named element of a list.
    private static func unwrapped(_ element: JSONValue) -> JSONValue {
        guard isWrapper(element), case .object(let members) = element else { return element }
        return unwrapped(members[0].value)
    }

    private static func isWrapper(_ value: JSONValue) -> Bool {
        guard case .object(let members) = value, members.count == 1, case .object = members[0].value else {
            return false
        }
        return true
    }

    private mutating func appendRow(_ members: [JSONMember]) {
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

    private static func field(_ value: JSONValue) -> Field {
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
