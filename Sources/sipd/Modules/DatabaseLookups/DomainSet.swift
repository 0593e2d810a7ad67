import Database
import SIPMessage
import ScriptEngine

/// A row of the domain tables that cannot be used, and why.
struct DomainRowProblem: Error, Sendable, Equatable, CustomStringConvertible {
    let table: String
    /// The domain, or the name of the attribute.
    let key: String
    let reason: String

    var description: String { "table \(table), '\(key)': \(reason)" }
}

/// The domains this server is responsible for, with their attributes: built aside, swapped whole.
struct DomainSet: Sendable {
    /// A domain with the id that it shares with its other names.
    struct Domain: Sendable, Equatable {
        /// The name as the table has it.
        let name: ByteString
        let identifier: ByteString
    }

    /// A named value of all domains with one id.
    struct Attribute: Sendable, Equatable {
        let name: ByteString
        let value: ScriptValue
    }

    /// The domains in order of their rows.
    let domains: [Domain]
    /// The attributes by domain id, in order of their rows.
    let attributes: [ByteString: [Attribute]]
    private let index: [ByteString: Int]

    /// Builds the set; the first of two domains with the same name counts.
    init(_ domains: [Domain] = [], attributes: [ByteString: [Attribute]] = [:]) {
        self.domains = domains
        self.attributes = attributes
        index = Dictionary(
            domains.enumerated().map { ($1.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The domain of a name, compared without case.
    func find(_ name: ByteString) -> Domain? {
        index[name.lowercased()].map { domains[$0] }
    }
}

/// The tables of domains and of their attributes.
struct DomainTables: Sendable {
    let domainTable: SQLIdentifier
    let domainColumn: SQLIdentifier
    let identifierColumn: SQLIdentifier
    let attributeTable: SQLIdentifier
    let attributeColumns: [SQLIdentifier]

    /// More rows than that in one table are refused.
    static let countMax = 1_000_000

    /// Reads both tables; blocking.
    func read(_ connection: any DatabaseConnection) throws(DatabaseError) -> (DomainSet, [DomainRowProblem]) {
        var problems: [DomainRowProblem] = []
        var domains: [DomainSet.Domain] = []
        let limit = " LIMIT \(Self.countMax)"
        let names = SelectQuery(columns: [domainColumn, identifierColumn], from: domainTable)
        try connection.forEachRow(names.sql + limit, []) { row throws(DatabaseError) in
            do throws(DomainRowProblem) { domains.append(try domain(row)) } catch { problems.append(error) }
            return .proceed
        }
        var attributes: [ByteString: [DomainSet.Attribute]] = [:]
        let values = SelectQuery(columns: attributeColumns, from: attributeTable)
        try connection.forEachRow(values.sql + limit, []) { row throws(DatabaseError) in
            do throws(DomainRowProblem) {
                let (identifier, attribute) = try attribute(row)
                attributes[identifier, default: []].append(attribute)
            } catch {
                problems.append(error)
            }
            return .proceed
        }
        return (DomainSet(domains, attributes: attributes), problems)
    }

    /// Makes a domain of a row; without an id it is its own.
    func domain(_ row: DatabaseRow) throws(DomainRowProblem) -> DomainSet.Domain {
        let name = row[0].text ?? ""
        let identifier = row[1].text ?? name
        guard !name.isEmpty else {
            throw DomainRowProblem(table: domainTable.name, key: name, reason: "the domain is empty")
        }
        guard !identifier.isEmpty else {
            throw DomainRowProblem(table: domainTable.name, key: name, reason: "the id is empty; it may be NULL")
        }
        return DomainSet.Domain(name: ByteString(name), identifier: ByteString(identifier))
    }

    /// Makes an attribute of a row: type 0 is a number, 2 a text.
    func attribute(_ row: DatabaseRow) throws(DomainRowProblem) -> (ByteString, DomainSet.Attribute) {
        let name = row[1].text ?? ""
        func problem(_ reason: String) -> DomainRowProblem {
            DomainRowProblem(table: attributeTable.name, key: name, reason: reason)
        }
        guard let identifier = row[0].text, !identifier.isEmpty else { throw problem("the id of the domain is empty") }
        guard !name.isEmpty else { throw problem("the name is empty") }
        let text = row[3].text ?? ""
        let value: ScriptValue
        switch row[2].integer {
        case 0:
            guard let number = Int32(text) else { throw problem("value '\(text)' is not a number of 32 bits") }
            value = .integer(Int(number))
        case 2: value = .string(ByteString(text))
        default: throw problem("type \(row[2].text ?? "NULL") is neither 0 (number) nor 2 (text)")
        }
        return (ByteString(identifier), DomainSet.Attribute(name: ByteString(name), value: value))
    }
}
