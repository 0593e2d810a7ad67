import Database
import ScriptEngine
import TestSupport
import Testing

@testable import DatabaseLookupsModule

@Suite struct DomainSetTests {
    private static let tables = DomainTables(
        domainTable: "domain", domainColumn: "domain", identifierColumn: "did", attributeTable: "domain_attrs",
        attributeColumns: ["did", "name", "type", "value"])

    @Test(arguments: DatabaseUnderTest.available)
    func `both tables make a set that is asked without case`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        for row: [DatabaseValue] in [["one.test", "main"], ["Alias.test", "main"], ["alone.test", .null]] {
            _ = try connection.execute("INSERT INTO domain (domain, did) VALUES (?, ?)", row)
        }
        for row: [DatabaseValue] in [["main", "lang", 2, "fi"], ["main", "max", 0, "5"]] {
            _ = try connection.execute("INSERT INTO domain_attrs (did, name, type, value) VALUES (?, ?, ?, ?)", row)
        }
        defer { withExtendedLifetime(place) {} }
        let (set, problems) = try Self.tables.read(connection)
        #expect(problems.isEmpty)
        #expect(set.find("ONE.test")?.identifier == "main")
        #expect(set.find("alias.test")?.identifier == "main")
        #expect(set.find("alone.test")?.identifier == "alone.test")
        #expect(set.find("two.test") == nil)
        #expect(set.find("") == nil)
        #expect(
            set.attributes["main"] == [
                .init(name: "lang", value: .string("fi")), .init(name: "max", value: .integer(5)),
            ])
    }

    @Test func `a domain without name or with an empty id is refused`() {
        #expect(throws: DomainRowProblem.self) { try Self.tables.domain(DatabaseRow(["", "did"])) }
        #expect(throws: DomainRowProblem.self) { try Self.tables.domain(DatabaseRow(["one.test", ""])) }
    }

    @Test(arguments: [
        (DatabaseRow(["main", "max", 0, "many"]), "value 'many' is not a number of 32 bits"),
        (DatabaseRow(["main", "max", 1, "5"]), "type 1 is neither 0 (number) nor 2 (text)"),
        (DatabaseRow(["main", "", 2, "x"]), "the name is empty"),
        (DatabaseRow(["", "max", 2, "x"]), "the id of the domain is empty"),
        (DatabaseRow(["main", "max", .null, "x"]), "type NULL is neither 0 (number) nor 2 (text)"),
    ])
    func `an attribute that cannot be used is refused with the reason`(row: DatabaseRow, reason: String) {
        do throws(DomainRowProblem) {
            _ = try Self.tables.attribute(row)
            Issue.record("the row was accepted")
        } catch {
            #expect(error.reason == reason)
        }
    }
}
