/// Makes flat rows of the nested shapes that Kamailio's listings have.
///
/// The rows are the elements of the innermost list, each with the plain values around it: `ul.dump` gives one row a
/// contact, with the domain and the AoR before the contact's own values. Objects inside rows become columns named
/// `outer.inner`; a second list in the same place stays a value.
package enum ListingRow {
    /// The rows that an element of a listing stands for.
    ///
    /// - Parameters:
    ///   - element: an element, `{"Info": {"AoR": "alice", "Contacts": [{"Contact": {…}}]}}`.
    ///   - around: the plain values of the structures that the element lies in.
    /// - Returns: the rows, columns in the order found.
    package static func rows(of element: JSONValue, around: [JSONMember] = []) -> [[JSONMember]] {
        var rows: [[JSONMember]] = []
        append(element, around: around, to: &rows)
        return rows
    }

    /// The rows of a whole result.
    package static func rows(ofResult result: JSONValue) -> [[JSONMember]] {
        switch result {
        case .array(let elements): elements.flatMap { rows(of: $0) }
        case .object([]): []
        case .object, .null, .bool, .integer, .number, .string: rows(of: result)
        }
    }

    private static func append(_ element: JSONValue, around: [JSONMember], to rows: inout [[JSONMember]]) {
        guard case .object(let members) = unwrapped(element) else {
            rows.append(around + [JSONMember("value", element)])
            return
        }
        var plain = around
        var list: [JSONValue]?
        for member in members {
            switch member.value {
            case .object(let inner) where !isWrapper(member.value) && !inner.isEmpty:
                plain += inner.map { JSONMember("\(member.name).\($0.name)", $0.value) }
            case .array(let elements) where list == nil && elements.contains { $0.objectValue != nil }:
                list = elements
            case .null, .bool, .integer, .number, .string, .array, .object: plain.append(member)
            }
        }
        guard let list else { return rows.append(plain) }
        for element in list { append(element, around: plain, to: &rows) }
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
}
