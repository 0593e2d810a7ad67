import Database
import Testing

@Suite struct DatabaseURLTests {
    @Test(arguments: [
        ("sqlite:///var/lib/sipd/sipd.sqlite", "/var/lib/sipd/sipd.sqlite"),
        ("sqlite:////var/lib/sipd/sipd.sqlite", "/var/lib/sipd/sipd.sqlite"),
        ("sqlite:///a b@c?d", "/a b@c?d"),
    ])
    func `an SQLite URL names an absolute path`(text: String, path: String) throws {
        #expect(try DatabaseURL(parsing: text).location == .file(path))
    }

    private struct Server: Sendable, CustomStringConvertible {
        var text: String
        var user = ""
        var password = ""
        var host = "localhost"
        var port: UInt16 = 0
        var socket: String?
        var name = "kamailio"
        var description: String { text }
    }

    private static let servers = [
        Server(text: "mysql://kamailio:kamailiorw@localhost/kamailio", user: "kamailio", password: "kamailiorw"),
        Server(
            text: "mysql://u:p@db.example.org:3307/sip", user: "u", password: "p", host: "db.example.org", port: 3307,
            name: "sip"),
        Server(text: "mysql://u:p@ss/w:rd@h/kamailio", user: "u", password: "p@ss/w:rd", host: "h"),
        Server(text: "mysql://u@[2001:db8::1]:3306/kamailio", user: "u", host: "2001:db8::1", port: 3306),
        Server(text: "mysql://u:p@unix(/run/my.sock)/kamailio", user: "u", password: "p", socket: "/run/my.sock"),
        Server(
            text: "mysql://u:p@localhost/kamailio?socket=/run/my.sock", user: "u", password: "p", socket: "/run/my.sock"
        ),
        Server(text: "mariadb:///kamailio"),
    ]

    @Test(arguments: servers)
    private func `a MySQL URL names a server`(fixture: Server) throws {
        let expected = DatabaseURL.Server(
            host: fixture.host, port: fixture.port, socket: fixture.socket, user: fixture.user,
            password: fixture.password, name: fixture.name)
        #expect(try DatabaseURL(parsing: fixture.text).location == .server(expected))
    }

    @Test(arguments: [
        "", "sqlite", "sqlite://", "sqlite:///", "sqlite://relative/path", "text:///x", "mysql://", "mysql://host",
        "mysql://host/", "mysql://host:0/x", "mysql://host:65536/x", "mysql://u:p@unix(relative)/x",
        "mysql://u:p@unix(/x", "mysql://[::1/x", "mysql://h/a/b", "mysql://h/a?ssl=1", "mysql://h/a\u{0}b",
    ])
    func `a malformed URL is refused`(text: String) {
        let error = #expect(throws: DatabaseError.self) { try DatabaseURL(parsing: text) }
        #expect(error?.reason == .badURL)
    }

    @Test func `no description shows the password`() throws {
        let url = try DatabaseURL(parsing: "mysql://u:s3cret@h:1/n")
        #expect(url.description == "mysql://u:***@h:1/n")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), "\(url.location)", String(reflecting: url.location), dumped] {
            #expect(!text.contains("s3cret"))
        }
    }

    @Test func `a description can be parsed again`() throws {
        for text in ["mysql://h/n", "mysql://u@[::1]:1/n", "mysql://unix(/s)/n", "sqlite:///x"] {
            #expect(try DatabaseURL(parsing: text).description == text)
        }
    }
}
