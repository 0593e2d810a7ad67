import Database
import Synchronization
import TestSupport
import Testing

@Suite struct DatabasePoolTests {
    @Test(arguments: DatabaseUnderTest.available)
    func `threads share fewer connections than there are threads`(engine: DatabaseUnderTest) async throws {
        let place = try engine.database()
        let pool = DatabasePool(place.url, connections: 2, waitTimeout: .seconds(60))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    #expect(throws: Never.self) {
                        try pool.withConnection { connection in
                            try connection.transaction {
                                try SubscriberTable(connection).insert(
                                    Subscriber(username: "u\(number)", domain: "pbx.test"))
                            }
                        }
                    }
                }
            }
        }
        let count = try pool.withConnection { try $0.firstRow("SELECT COUNT(*) FROM subscriber")?[0].integer }
        #expect(count == 20)
        withExtendedLifetime(place) {}
    }

    @Test func `a caller does not wait longer than it should`() throws {
        let place = try DatabaseUnderTest.sqlite.database()
        let pool = DatabasePool(place.url, connections: 1, waitTimeout: .milliseconds(20))
        let error = #expect(throws: DatabaseError.self) {
            try pool.withConnection { _ in try pool.withConnection { _ in } }
        }
        #expect(error?.reason == .exhausted)
        #expect(throws: Never.self) { try pool.withConnection { _ in } }
    }

    @Test func `an open transaction is taken back`() throws {
        let place = try DatabaseUnderTest.sqlite.database()
        let pool = DatabasePool(place.url, connections: 1)
        try pool.withConnection { connection in
            try connection.begin(.write)
            try SubscriberTable(connection).insert(Subscriber(username: "u", domain: "pbx.test"))
        }
        let found = try pool.withConnection { connection in
            #expect(!connection.isInTransaction)
            return try SubscriberTable(connection).find(username: "u", domain: "pbx.test")
        }
        #expect(found == nil)
    }

    @Test func `a database that is away is tried again after a while`() throws {
        let place = DatabaseUnderTest.sqlite.place()
        let pool = DatabasePool(place.url, connections: 1, retryInterval: .seconds(3600))
        let eager = DatabasePool(place.url, connections: 1, retryInterval: .zero)
        for pool in [pool, eager] { #expect(throws: DatabaseError.self) { try pool.withConnection { _ in } } }
        _ = try DatabaseCreator.create(place.url)
        let error = #expect(throws: DatabaseError.self) { try pool.withConnection { _ in } }
        #expect(error?.reason == .databaseMissing)
        #expect(throws: Never.self) { try eager.withConnection { _ in } }
    }

    @Test func `a closed pool refuses`() throws {
        let place = try DatabaseUnderTest.sqlite.database()
        let pool = DatabasePool(place.url, connections: 1)
        try pool.withConnection { _ in pool.close() }
        #expect(throws: DatabaseError.self) { try pool.withConnection { _ in } }
    }
}
