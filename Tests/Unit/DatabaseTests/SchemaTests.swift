import Database
import TestSupport
import Testing

@Suite struct SchemaTests {
    @Test(arguments: DatabaseUnderTest.available)
    func `all sets of tables can be created together`(engine: DatabaseUnderTest) throws {
        let place = try engine.database(Set(SchemaSet.allCases))
        let connection = try place.open()
        let expected = Schema.groups.flatMap(\.tables)
        #expect(try SchemaInstaller(connection).existingTables() == expected.map(\.name).sorted())
        let versions = try VersionTable(connection).versions()
        #expect(versions == Dictionary(uniqueKeysWithValues: expected.map { ($0.name, $0.version) }))
        #expect(try SchemaInstaller(connection).missing(Set(SchemaSet.allCases)).isEmpty)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a database with tables is not created again`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        try SubscriberTable(connection).insert(Subscriber(username: "u", domain: "d"))
        let error = #expect(throws: DatabaseError.self) { try DatabaseCreator.create(place.url) }
        #expect(error?.reason == .alreadyExists)
        #expect(try SubscriberTable(connection).find(username: "u", domain: "d") != nil)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `missing tables and triggers are added and others left alone`(engine: DatabaseUnderTest) throws {
        let place = try engine.database([.standard])
        let connection = try place.open()
        try connection.executeDirectly("DROP TABLE domain")
        try connection.executeDirectly("DELETE FROM version WHERE table_name = 'domain'")
        try SubscriberTable(connection).insert(Subscriber(username: "u", domain: "d"))
        let change = try SchemaInstaller(connection).complete([.standard, .sipd])
        #expect(
            change.tables
                == ["domain", "sipd_generation", "sipd_audit", "sipd_audit_row", "sipd_ownership"])
        #expect(change.triggers.count == 21)
        #expect(change.triggerRefusal == nil)
        #expect(try SchemaInstaller(connection).complete([.standard, .sipd]).isEmpty)
        #expect(try SubscriberTable(connection).find(username: "u", domain: "d") != nil)
        #expect(throws: Never.self) { try VersionTable(connection).check("domain") }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a table of another version is named`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        try connection.executeDirectly("UPDATE version SET table_version = 6 WHERE table_name = 'subscriber'")
        try connection.executeDirectly("UPDATE version SET table_version = 3 WHERE table_name = 'acc_cdrs'")
        try connection.executeDirectly("DELETE FROM version WHERE table_name = 'domain'")
        let versions = VersionTable(connection)
        #expect(throws: Never.self) { try versions.check("acc_cdrs") }
        let wrong = #expect(throws: DatabaseError.self) { try versions.check("subscriber") }
        #expect(wrong?.reason == .wrongVersion(table: "subscriber", found: 6, expected: 7))
        let none = #expect(throws: DatabaseError.self) { try versions.check("domain") }
        #expect(none?.reason == .wrongVersion(table: "domain", found: 0, expected: 2))
        let missing = #expect(throws: DatabaseError.self) { try versions.check("carriers", like: "address") }
        #expect(missing?.reason == .tableMissing("carriers"))
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a database can be removed`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        try DatabaseCreator.drop(place.url)
        for attempt in [{ _ = try Database.open(place.url) }, { try DatabaseCreator.drop(place.url) }] {
            let error = #expect(throws: DatabaseError.self) { try attempt() }
            #expect(error?.reason == .databaseMissing)
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `every write raises the number of its table`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        let table = GenerationTable(connection)
        let names = ["address", "dbaliases", "dispatcher", "domain", "domain_attrs", "subscriber", "trusted"]
        #expect(try table.generations()?.keys.sorted() == names)
        _ = try AddressTable(connection).insert(AddressRecord(group: 1, address: "a", mask: 32, port: 0, tag: nil))
        try connection.executeDirectly("UPDATE address SET port = 1")
        try connection.executeDirectly("DELETE FROM address")
        #expect(try table.generations()?["address"] == 3)
        #expect(try table.generations()?["subscriber"] == 0)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `bulk work that fails raises nothing and later work does`(engine: DatabaseUnderTest) throws {
        struct Failure: Error {}
        let place = try engine.database()
        let connection = try place.open()
        let table = GenerationTable(connection)
        let record = AddressRecord(group: 1, address: "a", mask: 32, port: 0, tag: nil)
        #expect(throws: Failure.self) {
            try connection.transaction {
                try table.raisingOnce("address") {
                    _ = try AddressTable(connection).insert(record)
                    throw Failure()
                }
            }
        }
        #expect(try table.generations()?["address"] == 0)
        _ = try AddressTable(connection).insert(record)
        #expect(try table.generations()?["address"] == 1)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a database without numbers says so`(engine: DatabaseUnderTest) throws {
        let place = try engine.database([.standard])
        let connection = try place.open()
        #expect(try GenerationTable(connection).generations() == nil)
        let isDone = try connection.transaction { try GenerationTable(connection).raisingOnce("address") { true } }
        #expect(isDone)
    }
}
