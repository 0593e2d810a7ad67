/// A table or column name that may stand in a statement.
///
/// Names come from configurations (`modparam("auth_db", "user_column", "...")`) and cannot be bound parameters, so only
/// letters, digits, `_` and `$` are allowed, at most 64 of them.
package struct SQLIdentifier: Hashable, Sendable, CustomStringConvertible {
    private static let lengthMax = 64

    /// The bare name.
    package let name: String

    /// Accepts a name, or returns nil when it is none.
    package init?(_ name: String) {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
                true
            default: false
            }
        }
        guard isAllowed, !name.isEmpty, name.utf8.count <= Self.lengthMax else { return nil }
        self.name = name
    }

    /// The name as it stands in SQL; both engines understand back quotes.
    package var quoted: String { "`\(name)`" }

    package var description: String { name }
}

extension SQLIdentifier: ExpressibleByStringLiteral {
    /// A name written in this program.
    package init(stringLiteral value: StaticString) {
        name = value.description
    }
}
