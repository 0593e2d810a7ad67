import Database
import Glibc
import TestSupport
import Testing

/// What both drivers have to do alike.
@Suite struct ConnectionConformanceTests {
    @Test(.enabled(if: PrivateMariaDB.absence == nil, Comment(rawValue: PrivateMariaDB.absence ?? "")))
    func `MariaDB is among the engines`() {
        #expect(DatabaseUnderTest.available.contains(.mariadb))
    }

    private func table(_ engine: DatabaseUnderTest) throws -> (DatabasePlace, any DatabaseConnection) {
        let place = try engine.database([.standard])
        let connection = try place.open()
        try connection.executeDirectly(
            "CREATE TABLE sample (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, number BIGINT, part FLOAT, body BLOB, "
                + "UNIQUE (name))")
        return (place, connection)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `every kind of value comes back as it went in`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        let rows: [[DatabaseValue]] = [
            [1, "plain", 0, 0.5, .blob([0, 1, 255])],
            [2, "o'brien; -- \\ % \"", .integer(.max), -1.25, .blob([])],
            [3, "äöü€😀", .integer(.min), 0.1, nil],
            [4, "", nil, nil, .blob([UInt8](repeating: 7, count: 5000))],
        ]
        for row in rows { _ = try connection.execute("INSERT INTO sample VALUES (?, ?, ?, ?, ?)", row) }
        let found = try connection.rows("SELECT id, name, number, part, body FROM sample ORDER BY id")
        #expect(found.map(\.values) == rows)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `long texts are read whole`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        try connection.executeDirectly("CREATE TABLE long_text (body TEXT)")
        let texts = [1, 1000, 1023, 1024, 1025, 4096, 60000].map { String(repeating: "x", count: $0) + "é" }
        for text in texts { _ = try connection.execute("INSERT INTO long_text VALUES (?)", [.text(text)]) }
        #expect(try connection.rows("SELECT body FROM long_text ORDER BY LENGTH(body)").map { $0[0].text } == texts)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `changes are counted by rows that match`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        try connection.executeDirectly("INSERT INTO sample (id, name, number) VALUES (1, 'a', 1), (2, 'b', 1)")
        #expect(try connection.execute("UPDATE sample SET number = 1").affectedRows == 2)
        #expect(try connection.execute("UPDATE sample SET number = 2 WHERE name = ?", ["b"]).affectedRows == 1)
        #expect(try connection.execute("DELETE FROM sample WHERE name = ?", ["c"]).affectedRows == 0)
        #expect(try connection.execute("DELETE FROM sample").affectedRows == 2)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `the id of an inserted row is known`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        let record = AddressRecord(group: 1, address: "192.0.2.1", mask: 32, port: 0, tag: nil)
        let first = try AddressTable(connection).insert(record)
        let second = try AddressTable(connection).insert(record)
        #expect(second == first + 1)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a row callback can stop, and the statement can be used again`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        for id in 1...100 {
            _ = try connection.execute(
                "INSERT INTO sample (id, name) VALUES (?, ?)", [.integer(Int64(id)), .text("n\(id)")])
        }
        for _ in 0..<3 {
            var seen = 0
            try connection.forEachRow("SELECT id FROM sample ORDER BY id", []) { _ throws(DatabaseError) in
                seen += 1
                return seen == 5 ? .stop : .proceed
            }
            #expect(seen == 5)
        }
        #expect(try connection.rows("SELECT id FROM sample ORDER BY id").count == 100)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a statement inside a row callback is refused`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        let error = #expect(throws: DatabaseError.self) {
            try connection.forEachRow("SELECT 1", []) { _ throws(DatabaseError) in
                _ = try connection.firstRow("SELECT 2")
                return .proceed
            }
        }
        #expect(error?.reason == .misuse)
        #expect(try connection.firstRow("SELECT 3")?[0].integer == 3)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `errors have the same reasons`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        _ = try connection.execute("INSERT INTO sample (id, name) VALUES (1, 'a')")
        let cases: [(String, [DatabaseValue], DatabaseError.Reason)] = [
            ("INSERT INTO sample (id, name) VALUES (2, ?)", ["a"], .duplicate),
            ("INSERT INTO sample (id, name) VALUES (1, ?)", ["b"], .duplicate),
            ("INSERT INTO sample (id, name) VALUES (3, ?)", [nil], .constraint),
            ("SELECT * FROM absent", [], .tableMissing("absent")),
            ("SELECT absent FROM sample", [], .columnMissing("absent")),
            ("SELEKT 1", [], .syntax),
            ("CREATE TABLE sample (id INTEGER)", [], .alreadyExists),
            ("SELECT ?", [], .misuse),
        ]
        for (sql, parameters, reason) in cases {
            let error = #expect(throws: DatabaseError.self) { _ = try connection.execute(sql, parameters) }
            #expect(error?.reason == reason, "\(sql): \(error.map(String.init(describing:)) ?? "")")
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a transaction that throws leaves nothing`(engine: DatabaseUnderTest) throws {
        struct Failure: Error {}
        let (place, connection) = try table(engine)
        #expect(throws: Failure.self) {
            try connection.transaction {
                _ = try connection.execute("INSERT INTO sample (id, name) VALUES (1, 'a')")
                throw Failure()
            }
        }
        #expect(!connection.isInTransaction)
        try connection.transaction { _ = try connection.execute("INSERT INTO sample (id, name) VALUES (2, 'b')") }
        #expect(try place.open().rows("SELECT id FROM sample").map { $0[0].integer } == [2])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a closed connection takes its transaction back`(engine: DatabaseUnderTest) throws {
        let (place, connection) = try table(engine)
        try connection.begin(.write)
        _ = try connection.execute("INSERT INTO sample (id, name) VALUES (1, 'a')")
        connection.close()
        #expect(try place.open().rows("SELECT id FROM sample").isEmpty)
        #expect(throws: DatabaseError.self) { try connection.execute("SELECT 1") }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a locked row is reported after the lock time-out`(engine: DatabaseUnderTest) throws {
        let (place, connection) = try table(engine)
        _ = try connection.execute("INSERT INTO sample (id, name) VALUES (1, 'a')")
        let other = try place.open { $0.lockTimeout = .milliseconds(1) }
        try connection.begin(.write)
        _ = try connection.execute("UPDATE sample SET number = 1 WHERE id = 1")
        let error = #expect(throws: DatabaseError.self) {
            try other.transaction { _ = try other.execute("UPDATE sample SET number = 2 WHERE id = 1") }
        }
        #expect(error?.reason == .locked)
        try connection.commit()
        #expect(try other.execute("UPDATE sample SET number = 2 WHERE id = 1").affectedRows == 1)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `more statements than are kept can be used in turn`(engine: DatabaseUnderTest) throws {
        let (_, connection) = try table(engine)
        for round in 0..<2 {
            for number in 0..<200 {
                let row = try connection.firstRow("SELECT \(number) + ?", [.integer(Int64(round))])
                #expect(row?[0].integer == Int64(number + round))
            }
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a missing database is named as missing`(engine: DatabaseUnderTest) throws {
        let error = #expect(throws: DatabaseError.self) { try Database.open(engine.place().url) }
        #expect(error?.reason == .databaseMissing)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a hundred thousand rows go in and come out`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        let connection = try place.open()
        let start = ContinuousClock.now
        try connection.transaction {
            try GenerationTable(connection).raisingOnce("subscriber") {
                var bulk = BulkInsert(
                    connection, into: SubscriberTable.name, columns: ["username", "domain", "ha1", "ha1b"])
                for number in 0..<100_000 {
                    try bulk.add([
                        .text("user\(number)"), "pbx.test", "0123456789abcdef0123456789abcdef",
                        "0123456789abcdef0123456789abcdef",
                    ])
                }
                try bulk.finish()
            }
        }
        let inserted = ContinuousClock.now
        var count = 0
        try SubscriberTable(connection).forEach { _ throws(DatabaseError) in
            count += 1
            return .proceed
        }
        #expect(count == 100_000)
        #expect(try GenerationTable(connection).generations()?["subscriber"] == 1)
        // Far above what it takes, so that only a change of order fails: one statement a row takes a minute.
        #expect(inserted - start < .seconds(30))
        print("100,000 subscribers on \(engine): insert \(inserted - start), read \(ContinuousClock.now - inserted)")
    }
}
