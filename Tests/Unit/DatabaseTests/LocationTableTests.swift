import Database
import TestSupport
import Testing

@Suite struct LocationTableTests {
    private static func record(_ number: Int) -> LocationRecord {
        var record = LocationRecord(
            ruid: "uloc-\(number)", username: "alice", domain: "pbx.test", contact: "sip:alice@192.0.2.\(number)")
        record.expires = 1_795_000_000 + Int64(number)
        record.lastModified = 1_794_999_000
        record.q = 0.7
        record.received = "sip:198.51.100.1:5060"
        record.path = "<sip:proxy.test;lr>"
        record.instance = "\"<urn:uuid:1>\""
        record.methods = 5951
        record.socket = "udp:192.0.2.1:5060"
        record.userAgent = "phone"
        record.callID = "call-\(number)"
        return record
    }

    private func all(_ table: LocationTable, _ selection: LocationTable.Selection = .all) throws -> [LocationRecord] {
        var result: [LocationRecord] = []
        try table.forEach(selection) { record throws(DatabaseError) in
            result.append(record)
            return .proceed
        }
        return result
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a contact is stored, changed and removed`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let table = LocationTable(try place.open())
        var record = Self.record(1)
        try table.insert(record)
        #expect(try all(table) == [record])
        let error = #expect(throws: DatabaseError.self) { try table.insert(record) }
        #expect(error?.reason == .duplicate)
        record.cseq = 7
        record.received = nil
        #expect(try table.update(record))
        #expect(try all(table, .ruid("uloc-1")) == [record])
        #expect(try table.delete(.ruid("uloc-1")) == 1)
        #expect(try table.delete(.ruid("uloc-1")) == 0)
        #expect(try !table.update(record))
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `storing adds and replaces by ruid`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let table = LocationTable(try place.open())
        try table.store((1...3).map(Self.record))
        var changed = Self.record(2)
        changed.contact = "sip:alice@192.0.2.99"
        try table.store([changed, Self.record(4)])
        #expect(try all(table) == [Self.record(1), changed, Self.record(3), Self.record(4)])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `contacts are selected by address of record and server`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let table = LocationTable(try place.open())
        var other = Self.record(2)
        other.username = "bob"
        other.domain = nil
        other.serverID = 7
        try table.store([Self.record(1), other])
        #expect(try all(table, .addressOfRecord(username: "alice", domain: "pbx.test")) == [Self.record(1)])
        #expect(try all(table, .addressOfRecord(username: "bob", domain: "pbx.test")).isEmpty)
        #expect(try all(table, .addressOfRecord(username: "bob", domain: nil)) == [other])
        #expect(try all(table, .server(7)) == [other])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `expired contacts are removed, permanent ones are not`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let table = LocationTable(try place.open())
        var permanent = Self.record(9)
        permanent.expires = 0
        try table.store([Self.record(1), Self.record(2), permanent])
        #expect(try table.deleteExpired(before: 1_795_000_002) == 1)
        #expect(try all(table) == [Self.record(2), permanent])
    }

    @Test func `times are what Kamailio writes`() {
        // Kamailio 5.6.3 wrote this into SQLite for a contact that ended at 22:58:59 UTC.
        #expect(TimeColumn.seconds(.real(2461367.4576331), from: .sqlite) == 1_795_388_339)
        #expect(TimeColumn.seconds(.real(2440587.5), from: .sqlite) == 0)
        #expect(TimeColumn.seconds("2030-05-28 21:32:15", from: .sqlite) == 1_906_234_335)
        #expect(TimeColumn.seconds("Sun Nov 22 19:42:46 UTC 2026", from: .sqlite) == nil)
        #expect(TimeColumn.seconds(nil, from: .mysql) == nil)
    }

    @Test func `every second of a day survives both engines`() {
        for seconds in stride(from: Int64(1_795_300_000), to: 1_795_400_000, by: 997) {
            for engine in [DatabaseURL.Engine.sqlite, .mysql] {
                #expect(TimeColumn.seconds(TimeColumn.value(seconds, for: engine), from: engine) == seconds)
            }
        }
    }
}
