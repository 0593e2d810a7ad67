/// A result as binrpc sends it and kamcmd prints it: a value, or a structure with named and nameless members.
///
/// Names may repeat. Kamailio has no arrays here: it sends them as structures whose members have no names, or, when
/// every element is itself one named thing (`[{"Info": {…}}, {"Info": {…}}]` in JSON), as a structure that repeats
/// the name.
package enum ResultRecord: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
    case text(String)
    case structure([Member])
    /// Only what other servers than Kamailio may send.
    case array([ResultRecord])

    /// A member of a structure.
    package struct Member: Sendable, Hashable {
        /// The name; nil for an element of an array.
        package var name: String?
        /// The value.
        package var value: ResultRecord

        /// Makes a member.
        package init(_ name: String?, _ value: ResultRecord) {
            self.name = name
            self.value = value
        }
    }

    /// What Kamailio writes for a text that is not there.
    package static let nullText = "<null string>"
}

// MARK: - From and to JSON

extension ResultRecord {
    /// The records that Kamailio would send for a JSON result.
    ///
    /// The elements of a top-level array are records of their own, unless each is one named thing; an empty object
    /// stands for no result at all.
    package static func records(of result: JSONValue) -> [ResultRecord] {
        switch result {
        case .object([]): []
        case .array(let elements):
            areWrapped(elements) ? [ResultRecord(result)] : elements.map { ResultRecord($0) }
        case .null, .bool, .integer, .number, .string, .object: [ResultRecord(result)]
        }
    }

    /// The JSON result that these records stand for.
    package static func json(of records: [ResultRecord]) -> JSONValue {
        switch records.count {
        case 0: .object([])
        case 1: records[0].json
        default: .array(records.map(\.json))
        }
    }

    /// The record for a JSON value.
    package init(_ value: JSONValue) {
        switch value {
        case .null: self = .text(Self.nullText)
        case .bool(let bool): self = .integer(bool ? 1 : 0)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .string(let text): self = .text(text)
        case .object(let members): self = .structure(members.map { Member($0.name, ResultRecord($0.value)) })
        case .array(let elements) where Self.areWrapped(elements):
            self = .structure(
                elements.flatMap { element in
                    (element.objectValue ?? []).map { Member($0.name, ResultRecord($0.value)) }
                })
        case .array(let elements): self = .structure(elements.map { Member(nil, ResultRecord($0)) })
        }
    }

    /// The JSON value for this record.
    package var json: JSONValue {
        switch self {
        case .integer(let integer): return .integer(integer)
        case .number(let number): return .number(number)
        case .text(let text): return .string(text)
        case .array(let elements): return .array(elements.map(\.json))
        case .structure(let members):
            let names = members.compactMap(\.name)
            if names.count == members.count, Set(names).count == names.count {
                return .object(members.map { JSONMember($0.name ?? "", $0.value.json) })
            }
            return .array(
                members.map { member in
                    member.name.map { .object([JSONMember($0, member.value.json)]) } ?? member.value.json
                })
        }
    }

    private static func areWrapped(_ elements: [JSONValue]) -> Bool {
        !elements.isEmpty && elements.allSatisfy { $0.objectValue?.count == 1 }
    }
}
