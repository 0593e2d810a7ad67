import Database
import TestSupport
import Testing

/// What only a server can do wrong.
@Suite(.enabled(if: PrivateMariaDB.absence == nil, Comment(rawValue: PrivateMariaDB.absence ?? "")))
struct MariaDBTests {
    private func place() throws -> DatabasePlace { try DatabaseUnderTest.mariadb.database() }

    private func kill(_ connection: any DatabaseConnection, by other: any DatabaseConnection) throws {
        let id = try #require(try connection.firstRow("SELECT CONNECTION_ID()")?[0].integer)
        try other.executeDirectly("KILL \(id)")
        // KILL returns before the connection is gone.
        while try other.firstRow("SELECT 1 FROM information_schema.processlist WHERE id = ?", [.integer(id)]) != nil {}
    }

    @Test func `a connection that broke while idle is opened again`() throws {
        let place = try place()
        let connection = try place.open()
        try kill(connection, by: place.open())
        #expect(!connection.isUsable)
        #expect(try connection.firstRow("SELECT 1")?[0].integer == 1)
    }

    @Test func `a connection that breaks in a transaction is reported and usable afterwards`() throws {
        let place = try place()
        let connection = try place.open()
        try connection.begin(.write)
        _ = try connection.execute("INSERT INTO domain (domain) VALUES ('a.test')")
        try kill(connection, by: place.open())
        let error = #expect(throws: DatabaseError.self) {
            _ = try connection.execute("INSERT INTO domain (domain) VALUES ('b.test')")
        }
        #expect(error?.reason == .connectionLost)
        connection.rollback()
        #expect(try connection.rows("SELECT domain FROM domain").isEmpty)
    }

    @Test func `a value that does not fit is refused and not cut`() throws {
        let connection = try place().open()
        let name = String(repeating: "x", count: 65)
        let error = #expect(throws: DatabaseError.self) {
            try SubscriberTable(connection).insert(Subscriber(username: name, domain: "pbx.test"))
        }
        #expect(error?.reason == .invalidValue)
        #expect(try SubscriberTable(connection).find(username: name, domain: "pbx.test") == nil)
    }

    @Test func `an unreachable server is named without the password`() throws {
        let url = try DatabaseURL(parsing: "mysql://u:s3cret@127.0.0.1:1/x")
        let error = #expect(throws: DatabaseError.self) { try Database.open(url) }
        #expect(error?.reason == .unreachable)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `a wrong password is a denial`() throws {
        guard case .server(var server) = try place().url.location else { return }
        server.user = "nobody"
        server.password = "s3cret"
        let error = #expect(throws: DatabaseError.self) { try Database.open(DatabaseURL(.server(server))) }
        #expect(error?.reason == .denied)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `unsigned numbers beyond 63 bits come as text`() throws {
        let connection = try place().open()
        #expect(try connection.firstRow("SELECT CAST(18446744073709551615 AS UNSIGNED)")?[0] == "18446744073709551615")
    }
}
