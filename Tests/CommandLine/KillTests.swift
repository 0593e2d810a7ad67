import Database
import TestSupport
import Testing

/// kill -9 in the middle of work: the database is as before or as after, never between.
@Suite struct KillTests {
    private static let rows = 3000

    /// When the process is killed, in seconds: early, late, and in between.
    private static let moments = ["0.02", "0.05", "0.1", "0.2", "0.3", "0.5", "0.8"]

    private struct Place {
        let folder = TemporaryFolder("kill")
        let database: DatabasePlace

        init(_ engine: DatabaseUnderTest) throws {
            database = try engine.database()
            let lines = (0..<rows).map { "7,10.0.\($0 / 250).\($0 % 250 + 1)" }
            write(lines, to: "one.csv")
            write(lines.map { "\($0)" }.reversed() + ["7,10.1.0.1"], to: "two.csv")
        }

        private func write(_ lines: [String], to name: String) {
            let text = "grp,ip_addr\n" + lines.joined(separator: "\n") + "\n"
            _ = ChildProcess.run(
                "/bin/sh", ["-c", "printf '%s' \"$1\" >\"$2\"", "sh", text, "\(folder.path)/\(name)"])
        }

        func shell(_ command: String) -> ChildProcess.Result {
            let sipctl = BuiltProgram.path("sipctl") ?? ""
            let programs = sipctl.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
            return ChildProcess.run(
                "/bin/sh", ["-c", "cd \(folder.path); \(command)"],
                environment: [
                    "PATH": "\(programs):/usr/bin:/bin", "SIPCTL_DATABASE": database.url.revealed,
                    "SIPCTL_SERVER": "\(folder.path)/control.sock",
                ])
        }

        func count(_ sql: String) throws -> Int {
            let connection = try database.open()
            defer { connection.close() }
            return Int(try connection.firstRow(sql)?[0].integer ?? -1)
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `an import that is killed leaves all rows or none`(engine: DatabaseUnderTest) throws {
        for moment in Self.moments {
            let place = try Place(engine)
            _ = place.shell("timeout -s KILL \(moment) sipctl address import one.csv -q")
            let count = try place.count("SELECT COUNT(*) FROM address")
            #expect(count == 0 || count == Self.rows, "after \(moment) s")
            #expect(try place.count("SELECT COUNT(*) FROM sipd_audit") == (count == 0 ? 0 : 1))
        }
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a synchronisation and a restore that are killed leave the old rows or the new`(
        engine: DatabaseUnderTest
    ) throws {
        let place = try Place(engine)
        #expect(place.shell("sipctl address import one.csv -q && sipctl db backup saved -q").exitCode == 0)
        for moment in Self.moments {
            _ = place.shell("timeout -s KILL \(moment) sipctl address sync --group 7 --from two.csv --prune -q")
            let count = try place.count("SELECT COUNT(*) FROM address")
            #expect(count == Self.rows || count == Self.rows + 1, "after \(moment) s")
            _ = place.shell("timeout -s KILL \(moment) sipctl --yes db restore --replace saved -q")
            let restored = try place.count("SELECT COUNT(*) FROM address")
            #expect(restored == Self.rows || restored == Self.rows + 1, "after \(moment) s")
        }
    }
}

extension DatabaseURL {
    /// The URL with its password, for a child process; the tests' servers have none.
    fileprivate var revealed: String { description }
}
