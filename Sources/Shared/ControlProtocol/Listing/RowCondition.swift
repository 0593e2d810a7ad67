/// What one column of a row has to be: `{"Expires": {"lt": 60}}`, or `{"AoR": "alice"}` for equality.
package struct RowCondition: Sendable, Hashable {
    /// How the column is compared.
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case eq
        case ne
        case lt
        case le
        case gt
        case ge
        case contains
        case prefix
        case suffix
    }

    private let column: String
    private let comparison: Operator
    private let value: JSONValue

    /// Makes a condition.
    package init(_ column: String, _ comparison: Operator, _ value: JSONValue) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }

    /// The conditions of one member of `where`.
    static func conditions(_ member: JSONMember) throws(MethodFault) -> [RowCondition] {
        guard case .object(let comparisons) = member.value else {
            return [RowCondition(member.name, .eq, member.value)]
        }
        var conditions: [RowCondition] = []
        for comparison in comparisons {
            guard let known = Operator(rawValue: comparison.name) else {
                let names = Operator.allCases.map(\.rawValue).joined(separator: ", ")
                throw .wrongParameter(0, "where", .string(comparison.name), wanted: "one of \(names)")
            }
            conditions.append(RowCondition(member.name, known, comparison.value))
        }
        return conditions
    }

    /// Whether a row fulfils it; a column that is not there is unequal to everything.
    package func isMet(by row: [JSONMember]) -> Bool {
        guard let found = row.first(where: { $0.name == column })?.value else { return comparison == .ne }
        switch comparison {
        case .eq: return isEqual(found)
        case .ne: return !isEqual(found)
        case .lt: return order(found) == .less
        case .le: return order(found) != .greater
        case .gt: return order(found) == .greater
        case .ge: return order(found) != .less
        case .contains: return Self.contains(Array(Self.text(found).utf8), Array(Self.text(value).utf8))
        case .prefix: return Self.text(found).hasPrefix(Self.text(value))
        case .suffix: return Self.text(found).hasSuffix(Self.text(value))
        }
    }

    private enum Order {
        case less
        case same
        case greater
    }

    private func isEqual(_ found: JSONValue) -> Bool {
        found == value || Self.text(found) == Self.text(value)
            || (found.numberValue != nil && found.numberValue == value.numberValue)
    }

    private func order(_ found: JSONValue) -> Order {
        if let left = Self.number(found), let right = Self.number(value) {
            return left < right ? .less : left == right ? .same : .greater
        }
        let (left, right) = (Self.text(found), Self.text(value))
        return left < right ? .less : left == right ? .same : .greater
    }

    private static func number(_ value: JSONValue) -> Double? {
        value.numberValue ?? value.stringValue.flatMap { Double($0) }
    }

    private static func text(_ value: JSONValue) -> String {
        value.stringValue ?? value.text()
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}
