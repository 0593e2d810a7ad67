import Database
import Glibc
import TestSupport
import Testing

/// What only a file can do wrong.
@Suite struct SQLiteTests {
    private let folder = TemporaryFolder()

    private func reason(_ path: String) -> DatabaseError.Reason? {
        do throws(DatabaseError) {
            try Database.open(DatabaseURL(.file(path))).close()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `a file that is no database is refused at once`() {
        let path = "\(folder.path)/noise"
        _ = ChildProcess.run("/bin/sh", ["-c", "head -c 8192 /dev/urandom > \(path)"])
        #expect(reason(path) == .corrupt)
    }

    @Test func `a folder is no database`() {
        #expect(reason(folder.path) == .unreachable)
    }

    @Test func `a missing folder is a missing database`() {
        #expect(reason("\(folder.path)/no/such.sqlite") == .databaseMissing)
    }

    @Test func `a new database is in WAL mode and not for everybody's eyes`() throws {
        let url = DatabaseURL(.file("\(folder.path)/new.sqlite"))
        _ = try DatabaseCreator.create(url)
        let connection = try Database.open(url)
        #expect(try connection.firstRow("PRAGMA journal_mode")?[0].text == "wal")
        let mode = ChildProcess.run("/usr/bin/stat", ["-c", "%a", "\(folder.path)/new.sqlite"]).output
        #expect(mode == "640\n")
    }

    @Test func `a creation that fails leaves no file`() {
        let url = DatabaseURL(.file("\(folder.path)/half.sqlite"))
        // The set sipd alone cannot be made: its triggers are on tables of the standard set.
        #expect(throws: DatabaseError.self) { try DatabaseCreator.create(url, sets: [.sipd]) }
        #expect(reason("\(folder.path)/half.sqlite") == .databaseMissing)
    }

    @Test func `numbers in text columns and texts in number columns do no harm`() throws {
        let url = DatabaseURL(.file("\(folder.path)/foreign.sqlite"))
        _ = try DatabaseCreator.create(url)
        let connection = try Database.open(url)
        try connection.executeDirectly(
            "INSERT INTO address (grp, ip_addr, mask, port, tag) VALUES ('x', 5, 'y', X'00', 1.5)")
        var found: [AddressRecord] = []
        try AddressTable(connection).forEach { record throws(DatabaseError) in
            found.append(record)
            return .proceed
        }
        #expect(found == [AddressRecord(id: 1, group: nil, address: "5", mask: nil, port: nil, tag: "1.5")])
    }
}
