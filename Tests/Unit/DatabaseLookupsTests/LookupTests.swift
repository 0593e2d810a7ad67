import Database
import SIPMessage
import TestSupport
import Testing

@testable import DatabaseLookupsModule

@Suite struct LookupTests {
    private static let aliases = AliasQuery(
        columns: .init(user: "username", domain: "domain", aliasUser: "alias_username", aliasDomain: "alias_domain"))

    private func aliasDatabase(_ engine: DatabaseUnderTest) throws -> (DatabasePlace, any DatabaseConnection) {
        let place = try engine.database()
        let connection = try place.open()
        for row in [
            ["boss", "a.test", "x", "one.test"], ["boss", "b.test", "y", "two.test"], ["bad", "a.test", "", ""],
        ] {
            _ = try connection.execute(
                "INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES (?, ?, ?, ?)",
                row.map { .text($0) })
        }
        return (place, connection)
    }

    private func fetch(
        _ uri: ByteString, _ mode: AliasQuery.Mode, prefix: ByteString = "", by connection: any DatabaseConnection
    ) throws -> [String] {
        let address = try #require(LookupAddress(uri, withoutPrefix: prefix))
        return try Self.aliases.fetch(address, mode, from: "dbaliases", by: connection).map(\.string)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `an alias is found by its user alone or with its domain`(engine: DatabaseUnderTest) throws {
        let (place, connection) = try aliasDatabase(engine)
        defer { withExtendedLifetime(place) {} }
        let byUser = AliasQuery.Mode(flags: "", usesDomain: false)
        let byBoth = AliasQuery.Mode(flags: "u", usesDomain: false)
        #expect(
            try fetch("sip:boss@b.test", byUser, by: connection).sorted() == ["sip:x@one.test", "sip:y@two.test"])
        #expect(try fetch("sip:boss@b.test", byBoth, by: connection) == ["sip:y@two.test"])
        #expect(try fetch("sip:boss@sip.b.test", byBoth, prefix: "sip.", by: connection) == ["sip:y@two.test"])
        #expect(try fetch("sip:nobody@b.test", byUser, by: connection) == [])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `the alias of an account is found the other way round`(engine: DatabaseUnderTest) throws {
        let (place, connection) = try aliasDatabase(engine)
        defer { withExtendedLifetime(place) {} }
        let mode = AliasQuery.Mode(flags: "ru", usesDomain: false)
        #expect(try fetch("sip:x@one.test", mode, by: connection) == ["sip:boss@a.test"])
    }

    @Test func `a row that makes no URI is left out`() throws {
        let (place, connection) = try aliasDatabase(.sqlite)
        defer { withExtendedLifetime(place) {} }
        #expect(try fetch("sip:bad@a.test", .init(flags: "", usesDomain: false), by: connection) == [])
    }

    @Test func `flags change what the parameter says`() {
        #expect(AliasQuery.Mode(flags: "dR", usesDomain: true).usesDomain == false)
        #expect(AliasQuery.Mode(flags: "dR", usesDomain: true).isReverse)
        #expect(AliasQuery.Mode(flags: "", usesDomain: true).usesDomain)
        #expect(AliasQuery.Mode(flags: "U", usesDomain: false).usesDomain)
    }

    @Test func `an address without user cannot be looked up`() {
        #expect(LookupAddress("sip:only.test", withoutPrefix: "") == nil)
        #expect(LookupAddress("nonsense", withoutPrefix: "") == nil)
        #expect(LookupAddress("tel:+358", withoutPrefix: "")?.user == "+358")
    }

    @Test func `a stored address may lack its scheme`() {
        #expect(StoredURI.parse("sip:bob@one.test") == "sip:bob@one.test")
        #expect(StoredURI.parse("bob") == "sip:bob")
        #expect(StoredURI.parse("tel:+12") == "tel:+12")
        #expect(StoredURI.parse("<sip:bob@one.test>") == nil)
        #expect(StoredURI.parse("") == nil)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `use_domain decides which domains of a short dial code count`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        _ = try connection.execute(
            "INSERT INTO speed_dial (username, domain, sd_username, sd_domain, new_uri) VALUES (?, ?, ?, ?, ?)",
            ["alice", "one.test", "23", "two.test", "sip:bob@three.test"])
        let owner = try #require(LookupAddress("sip:alice@one.test", withoutPrefix: ""))
        let stranger = try #require(LookupAddress("sip:alice@other.test", withoutPrefix: ""))
        let near = try #require(LookupAddress("sip:23@two.test", withoutPrefix: ""))
        let far = try #require(LookupAddress("sip:23@far.test", withoutPrefix: ""))
        func ask(_ counted: Int, _ owner: LookupAddress, _ dialled: LookupAddress) throws -> Bool {
            let query = SpeedDialQuery(
                user: "username", domain: "domain", code: "sd_username", codeDomain: "sd_domain", uri: "new_uri",
                domainsCounted: counted)
            return try query.fetch(dialled, of: owner, from: "speed_dial", by: connection) == "sip:bob@three.test"
        }
        defer { withExtendedLifetime(place) {} }
        #expect(try ask(0, stranger, far))
        #expect(try !ask(1, stranger, near))
        #expect(try ask(1, owner, far))
        #expect(try !ask(2, owner, far))
        #expect(try ask(2, owner, near))
    }
}
