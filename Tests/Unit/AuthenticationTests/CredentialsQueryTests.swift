import Database
import TestSupport
import Testing

@testable import AuthenticationModule

@Suite struct CredentialsQueryTests {
    private static func query(usesDomain: Bool) -> CredentialsQuery {
        CredentialsQuery(
            userColumn: "username", domainColumn: "domain", passwordColumn: "ha1", longNamePasswordColumn: "ha1b",
            usesDomain: usesDomain, loaded: [.init(attribute: "clear", column: "password")])
    }

    private static func user(
        _ name: String, _ domain: String = "pbx.test", hasLongName: Bool = false
    ) -> CredentialsQuery.User {
        .init(name: name, group: .init(table: "subscriber", domain: domain, hasLongName: hasLongName))
    }

    private static func fill(_ connection: any DatabaseConnection, _ users: [(name: String, domain: String)]) throws {
        for (name, domain) in users {
            _ = try connection.execute(
                """
                INSERT INTO subscriber (username, domain, ha1, ha1b, password) VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .text(name), .text(domain), .text("ha1 of \(name)@\(domain)"), .text("ha1b of \(name)@\(domain)"),
                    .text("clear of \(name)"),
                ])
        }
    }

    private static func passwords(_ answers: [Result<CredentialsQuery.Row?, DatabaseError>]) throws -> [String?] {
        try answers.map { try $0.get()?.password }
    }

    @Test(arguments: DatabaseUnderTest.available, [1, 2, 3, 64, 65, 200])
    func `each of many users gets the own row`(engine: DatabaseUnderTest, count: Int) throws {
        let connection = try engine.database().open()
        let names = (0..<count).map { "user\($0)" }
        try connection.transaction { try Self.fill(connection, names.map { ($0, "pbx.test") }) }
        let asked = names.reversed() + ["nobody"]
        let answers = Self.query(usesDomain: true).fetch(connection, asked.map { Self.user($0) })
        #expect(try Self.passwords(answers) == names.reversed().map { "ha1 of \($0)@pbx.test" } + [nil])
        #expect(try answers.first?.get()?.loaded == [.text("clear of user\(count - 1)")])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `users of several domains and hashes are kept apart`(engine: DatabaseUnderTest) throws {
        let connection = try engine.database().open()
        try Self.fill(connection, [("alice", "a.test"), ("alice", "b.test"), ("bob", "b.test")])
        let asked = [
            Self.user("alice", "b.test"), Self.user("bob", "a.test"), Self.user("alice", "a.test"),
            Self.user("bob", "b.test", hasLongName: true), Self.user("alice", "b.test", hasLongName: true),
            Self.user("alice", "b.test"),
        ]
        #expect(
            try Self.passwords(Self.query(usesDomain: true).fetch(connection, asked)) == [
                "ha1 of alice@b.test", nil, "ha1 of alice@a.test", "ha1b of bob@b.test", "ha1b of alice@b.test",
                "ha1 of alice@b.test",
            ])
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `together the database compares names as it does for one`(engine: DatabaseUnderTest) throws {
        let connection = try engine.database().open()
        try Self.fill(connection, [("alice", "pbx.test"), ("Bob", "pbx.test"), ("bj\u{F6}rn", "pbx.test")])
        let asked = ["alice", "ALICE", "alice ", "bob", "bj\u{F6}rn", "\u{1F600}", "carol", "", "bob' OR ''='"]
            .map { Self.user($0) }
        let query = Self.query(usesDomain: false)
        let alone = try asked.map { try Self.passwords(query.fetch(connection, [$0]))[0] }
        #expect(try Self.passwords(query.fetch(connection, asked)) == alone)
        #expect(alone[0] == "ha1 of alice@pbx.test")
        #expect(alone[6] == nil)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a database that fails tells every user so`(engine: DatabaseUnderTest) throws {
        let connection = try engine.database().open()
        try connection.executeDirectly("DROP TABLE subscriber")
        let answers = Self.query(usesDomain: false).fetch(connection, ["alice", "bob"].map { Self.user($0) })
        for answer in answers { #expect(throws: DatabaseError.self) { try answer.get() } }
    }
}
