import ControlProtocol
import Database
import ModuleInterface
import NetworkAddress
import OperatingSystem
import Synchronization

/// The address list in use, and how it is replaced.
///
/// A reload builds the new list aside and swaps it whole; a row that cannot be used leaves the old list in place.
/// Reloads that are asked for while one runs join the next one.
final class AddressStore: Sendable {
    /// Where the rows come from.
    enum Source: Sendable {
        case database(DatabasePool, AddressTable.Names)
        case file(String)
    }

    /// What a reload did.
    struct Report: Sendable {
        /// Counts the lists that were put in use; 1 is that of the start.
        var generation = 0
        var hosts = 0
        var subnets = 0
        var domains = 0
        var added = 0
        var removed = 0
        var milliseconds = 0
        /// The number of the table in `sipd_generation` that the rows were read at; nil when the database has none.
        var tableGeneration: Int64?
    }

    /// The rows of the source, checked.
    struct Rows: Sendable {
        var entries: [AddressEntry] = []
        var problems: [AddressRowProblem] = []
        var tableGeneration: Int64?
    }

    /// A reload that was refused because rows cannot be used; at most `shownMax` of them are carried.
    struct Refused: Error, Sendable, CustomStringConvertible {
        static let shownMax = 20
        let problems: [AddressRowProblem]
        let count: Int

        var description: String {
            "\(count) rows cannot be used, the list was not changed: "
                + problems.map(\.description).joined(separator: "; ")
        }
    }

    /// An address file larger than this is refused.
    private static let fileBytesMax = 256 << 20

    private let source: Source
    private let databases: DatabaseRegistry
    private let current = Mutex((list: AddressList(), report: Report()))
    private let before = Mutex<AddressList?>(nil)
    private let reloads = ReloadQueue<Report>()

    init(_ source: Source, databases: DatabaseRegistry) {
        self.source = source
        self.databases = databases
    }

    /// The list in use.
    var list: AddressList { current.withLock { $0.list } }

    /// The last reload that succeeded.
    var report: Report { current.withLock { $0.report } }

    /// Reads the rows without changing anything: how many are good, and the problems of the others.
    func validate() async throws -> (good: Int, problems: [AddressRowProblem]) {
        let rows = try await read()
        return (rows.entries.count, rows.problems)
    }

    /// Replaces the list, or joins a reload that others wait for too.
    ///
    /// - Throws: `Refused`, or why the rows could not be read.
    func reload() async throws -> (answer: Report, isJoined: Bool) {
        try await reloads.run { [self] in
            let started = ContinuousClock.now
            let rows = try await read()
            guard rows.problems.isEmpty else {
                throw Refused(
                    problems: Array(rows.problems.prefix(Refused.shownMax)), count: rows.problems.count)
            }
            return use(AddressList(rows.entries), tableGeneration: rows.tableGeneration, since: started)
        }
    }

    /// Loads the list for the first time: bad rows are left out, since no older list could stay in use.
    func load() async throws -> (report: Report, problems: [AddressRowProblem]) {
        let started = ContinuousClock.now
        let rows = try await read()
        let report = use(AddressList(rows.entries), tableGeneration: rows.tableGeneration, since: started)
        return (report, rows.problems)
    }

    /// Puts the list in use that was in use before the last reload; nil when there is none.
    func rollBack() async throws -> (answer: Report, isJoined: Bool)? {
        guard let list = before.withLock({ $0 }) else { return nil }
        return try await reloads.run { [self] in use(list, tableGeneration: nil, since: .now) }
    }

    private func use(
        _ list: AddressList, tableGeneration: Int64?, since started: ContinuousClock.Instant
    ) -> Report {
        var report = Report()
        report.tableGeneration = tableGeneration
        for entry in list.entries {
            switch entry.subject {
            case .prefix(let prefix) where prefix.isHost: report.hosts += 1
            case .prefix: report.subnets += 1
            case .domain: report.domains += 1
            }
        }
        let old = current.withLock { $0 }
        (report.added, report.removed) = Self.difference(from: old.list.entries, to: list.entries)
        report.generation = old.report.generation + 1
        report.milliseconds = Int((ContinuousClock.now - started) / .milliseconds(1))
        let result = report
        current.withLock { $0 = (list, result) }
        before.withLock { $0 = old.report.generation > 0 ? old.list : nil }
        return result
    }

    private static func difference(from before: [AddressEntry], to after: [AddressEntry]) -> (added: Int, removed: Int)
    {
        guard before != after else { return (0, 0) }
        let old = Set(before)
        let new = Set(after)
        return (new.count { !old.contains($0) }, old.count { !new.contains($0) })
    }

    private func read() async throws -> Rows {
        let source = source
        return try await databases.run {
            var rows = Rows()
            func take(_ record: AddressRecord) {
                do throws(AddressRowProblem) {
                    rows.entries.append(try AddressEntry(record))
                } catch {
                    rows.problems.append(error)
                }
            }
            switch source {
            case .database(let pool, let names):
                try pool.withConnection { connection in
                    // Before the rows: a change in between is then noticed as drift, not missed.
                    rows.tableGeneration = try GenerationTable(connection).generations()?["address"]
                    try AddressTable(connection, names: names).forEach { record throws(DatabaseError) in
                        take(record)
                        return .proceed
                    }
                }
            case .file(let path):
                let bytes = try FileContents.read(path, bytesMax: Self.fileBytesMax)
                for record in AddressFile.records(bytes) { take(record) }
            }
            return rows
        }
    }
}

/// The text form of the list (`address_file`): a line `group,address,mask,port,tag`, `#` begins a comment.
enum AddressFile {
    static func records(_ bytes: [UInt8]) -> [AddressRecord] {
        var records: [AddressRecord] = []
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
            let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            guard fields.count > 1 || fields.first?.isEmpty == false else { continue }
            let address = fields.count > 1 ? fields[1] : ""
            let usual: Int64 = IPAddress(address)?.isIPv6 == true ? 128 : 32
            records.append(
                AddressRecord(
                    id: Int64(number + 1), group: Int64(fields[0]), address: address,
                    mask: integer(fields, 2, usual), port: integer(fields, 3, 0), tag: fields.count > 4 ? fields[4] : ""
                ))
        }
        return records
    }

    private static func integer(_ fields: [String], _ index: Int, _ usual: Int64) -> Int64? {
        fields.count > index && !fields[index].isEmpty ? Int64(fields[index]) : usual
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
