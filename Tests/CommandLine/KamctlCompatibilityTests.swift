import Database
import TestSupport
import Testing

/// What Debian's packages of Kamailio install.
private enum Kamctl {
    static let files = "/usr/share/kamailio/db_sqlite"

    /// Why the tests cannot run; nil when they can.
    static let absence: String? = {
        for program in ["kamctl", "sqlite3"] where ChildProcess.find(program) == nil {
            return "\(program) is not installed"
        }
        let listing = ChildProcess.run("/bin/ls", ["\(files)/standard-create.sql"])
        return listing.exitCode == 0 ? nil : "kamailio-sqlite-modules is not installed"
    }()
}

/// Kamailio's own tool on our databases, and ours on Kamailio's: both have to write the same rows.
@Suite(.enabled(if: Kamctl.absence == nil, Comment(rawValue: Kamctl.absence ?? "")))
struct KamctlCompatibilityTests {
    /// A folder that is kamctl's home too, with a database made by one tool or the other.
    private struct Place {
        let folder = TemporaryFolder("kamctl")

        var url: DatabaseURL { DatabaseURL(.file("\(folder.path)/kamailio.sqlite")) }

        init() {
            let settings = """
                DBENGINE=SQLITE
                DB_PATH=\(folder.path)/kamailio.sqlite
                SIP_DOMAIN=pbx.test
                STORE_PLAINTEXT_PW=0
                RPCFIFOPATH=\(folder.path)/rpc.fifo
                """
            _ = shell("printf '%s\\n' '\(settings)' >\"$HOME/.kamctlrc\"")
        }

        func shell(_ command: String) -> ChildProcess.Result {
            let sipctl = BuiltProgram.path("sipctl") ?? ""
            let programs = sipctl.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
            let environment = [
                "HOME": folder.path, "PATH": "\(programs):/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                "SIPCTL_DATABASE": url.description, "SIPCTL_SERVER": "\(folder.path)/control.sock",
            ]
            return ChildProcess.run(
                "/usr/bin/timeout", ["60", "/bin/sh", "-c", "cd \"$HOME\"; \(command)"], environment: environment)
        }

        func rows(_ sql: String) throws -> [DatabaseRow] {
            let connection = try Database.open(url)
            defer { connection.close() }
            return try connection.rows(sql)
        }
    }

    private func ours() -> Place {
        let place = Place()
        #expect(place.shell("sipctl db create").exitCode == 0)
        return place
    }

    private func theirs() -> Place {
        let place = Place()
        let tables = ["standard", "auth_db", "permissions", "usrloc", "group", "alias_db"]
        let list = tables.map { "\(Kamctl.files)/\($0)-create.sql" }.joined(separator: " ")
        #expect(place.shell("cat \(list) | sqlite3 kamailio.sqlite").exitCode == 0)
        return place
    }

    private static let subscribers = "SELECT username, domain, password, ha1, ha1b FROM subscriber ORDER BY username"
    private static let addresses = "SELECT grp, ip_addr, mask, port, tag FROM address ORDER BY id"

    @Test func `both tools store the same users`() throws {
        let (ours, theirs) = (ours(), theirs())
        for (user, password) in [("alice@pbx.test", "s3cret"), ("bob@pbx.test", "hunter2"), ("1000@pbx.test", "1234")] {
            #expect(ours.shell("kamctl add \(user) \(password)").exitCode == 0)
            let added = theirs.shell("sipctl add \(user) \(password)")
            #expect(added.exitCode == 0, "\(added.messages)")
        }
        let rows = try ours.rows(Self.subscribers)
        #expect(rows.count == 3)
        #expect(try theirs.rows(Self.subscribers) == rows)
        #expect(ours.shell("kamctl passwd alice@pbx.test n3w").exitCode == 0)
        #expect(theirs.shell("sipctl passwd alice@pbx.test n3w").exitCode == 0)
        #expect(try theirs.rows(Self.subscribers) == ours.rows(Self.subscribers))
        #expect(try ours.rows(Self.subscribers) != rows)
    }

    @Test func `both tools store the same addresses`() throws {
        let (ours, theirs) = (ours(), theirs())
        let lines = [
            "200 203.0.113.10 32 5060 carrier", "200 198.51.100.0 24", "1 192.0.2.1", "1 2001:db8::1 128 0 six",
        ]
        for line in lines {
            #expect(ours.shell("kamctl address add \(line)").exitCode == 0)
            #expect(theirs.shell("sipctl address add \(line)").exitCode == 0)
        }
        let rows = try ours.rows(Self.addresses)
        #expect(rows.count == 4)
        #expect(try theirs.rows(Self.addresses) == rows)
    }

    /// Command lines that both tools understand, and the tables they write.
    private static let familyLines = [
        "add alice@pbx.test s3cret", "acl grant alice@pbx.test ld int", "acl revoke alice@pbx.test int",
        "alias_db add sales@pbx.test alice@pbx.test", "domain add pbx.test", "domain add other.test",
        "domain rm other.test", "trusted add 203.0.113.10 udp ^sip:.*$ trunk",
        "dispatcher add 1 sip:192.0.2.20:5060 0 10 weight=50 first", "dispatcher addgw 1 sip:192.0.2.21:5060",
        "dialplan addrule 1 10 equal 110 0 110 112 x", "dialplan addrule 1 20 equal 111", "dialplan rmrule 1 20",
        "mtree add mtree 4930 berlin", "speeddial add alice@pbx.test 01@pbx.test sip:bob@pbx.test Bob",
        "avp add alice@pbx.test ringtone 0 classic", "cr addcn 1 default", "cr adddn 1 proxy",
        "cr addcarrier 1 49 1 gw.carrier.test 0.5 2 00",
    ]
    private static let familyQueries = [
        "SELECT username, domain, grp FROM grp", "SELECT * FROM dbaliases", "SELECT domain, did FROM domain",
        "SELECT * FROM trusted", "SELECT * FROM dispatcher ORDER BY id", "SELECT * FROM dialplan",
        "SELECT * FROM mtree", "SELECT * FROM speed_dial",
        "SELECT uuid, username, domain, attribute, type, value FROM usr_preferences", "SELECT * FROM carrier_name",
        "SELECT * FROM domain_name", "SELECT * FROM carrierroute",
    ]

    @Test func `the same command lines store the same rows in every table`() throws {
        let (first, second) = (ours(), ours())
        for line in Self.familyLines {
            // What a shell would make of the stars is no part of the comparison.
            _ = first.shell("set -f; kamctl \(line) </dev/null")
            let ours = second.shell("set -f; sipctl \(line)")
            #expect(ours.exitCode == 0, "\(line): \(ours.messages)")
        }
        for query in Self.familyQueries {
            let rows = try first.rows(query)
            #expect(!rows.isEmpty, "\(query)")
            #expect(try second.rows(query) == rows, "\(query)")
        }
    }

    @Test func `one tool finds and removes what the other stored`() throws {
        let place = ours()
        #expect(place.shell("sipctl add alice@pbx.test s3cret").exitCode == 0)
        #expect(place.shell("kamctl add bob@pbx.test hunter2").exitCode == 0)
        #expect(place.shell("kamctl show alice@pbx.test").output.contains("alice|pbx.test"))
        #expect(place.shell("kamctl add alice@pbx.test other").exitCode == 1)
        #expect(place.shell("sipctl add bob@pbx.test other").exitCode == 73)
        #expect(place.shell("sipctl rm bob@pbx.test").exitCode == 0)
        #expect(try place.rows(Self.subscribers).count == 1)
        #expect(place.shell("kamctl address add 1 192.0.2.1").exitCode == 0)
        #expect(place.shell("sipctl address rm 1 192.0.2.1").exitCode == 0)
        #expect(try place.rows(Self.addresses).isEmpty)
    }

    @Test func `what kamctl changes is noticed`() throws {
        let place = ours()
        let query = "SELECT generation FROM sipd_generation WHERE name = 'subscriber'"
        #expect(try place.rows(query) == [DatabaseRow([0])])
        #expect(place.shell("kamctl add alice@pbx.test s3cret").exitCode == 0)
        #expect(place.shell("kamctl passwd alice@pbx.test n3w").exitCode == 0)
        #expect(try place.rows(query) == [DatabaseRow([2])])
    }

    @Test func `a database made by Kamailio's files gets the triggers`() throws {
        let place = theirs()
        #expect(place.shell("kamctl add alice@pbx.test s3cret").exitCode == 0)
        let migrated = place.shell("sipctl db migrate --quiet")
        #expect(migrated.exitCode == 0, "\(migrated.messages)")
        #expect(place.shell("kamctl add bob@pbx.test hunter2").exitCode == 0)
        #expect(try place.rows(Self.subscribers).count == 2)
        #expect(
            try place.rows("SELECT generation FROM sipd_generation WHERE name = 'subscriber'") == [DatabaseRow([1])])
    }
}
