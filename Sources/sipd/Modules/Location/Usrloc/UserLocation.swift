import Database
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization

/// How contacts live in memory and in the database (usrloc `db_mode`).
enum LocationStorage: Int, Sendable {
    /// Memory only.
    case memory = 0
    /// A change is acknowledged after the database has it.
    case writeThrough = 1
    /// The database gets changes each `timer_interval`, and at the end.
    case writeBack = 2
    /// The database only; memory holds nothing.
    case databaseOnly = 3
}

/// Why contacts could not be read or changed.
enum LocationError: Error, Sendable {
    case refused(RegistrationProblem)
    /// The database did not do it; what was asked has no effect.
    case database(any Error)
}

/// The contacts of all domains with their storage: what usrloc offers to other modules.
final class UserLocation: Sendable {
    struct Settings: Sendable {
        var storage = LocationStorage.memory
        var usesDomain = false
        var matching = ContactMatching.uri
        var sweepSeconds = 60
        var serverID: Int64 = 0
        var pool: DatabasePool?
        /// The branch flag of contacts behind an address translator, as a mask; 0 for none.
        var natFlag: UInt32 = 0
    }

    let settings: Settings
    let server: Server
    private let tables = Mutex<[String: ContactTable]>([:])
    let ruids: RuidMaker
    /// Rows that are gone from memory but not from the database, by table (write-back).
    let pendingDeletes = Mutex<[String: [String]]>([:])
    /// One lock for each part of the keys: the order of writes of one address of record is that of its changes.
    let writeLocks = (0..<64).map { _ in WriteLock() }
    let sweep = SweepState()

    init(_ settings: Settings, server: Server) {
        self.settings = settings
        self.server = server
        ruids = RuidMaker(startedAt: WallClock.now.seconds)
    }

    var now: UInt32 { UInt32(clamping: WallClock.now.seconds) }

    /// Makes names for new bindings.
    var makeRuid: @Sendable () -> ByteString { { [ruids] in ruids.next() } }

    /// The table of a domain; made when the script first names it.
    func table(named name: String) -> ContactTable {
        tables.withLock { tables in
            if let table = tables[name] { return table }
            let table = ContactTable(name: name)
            tables[name] = table
            return table
        }
    }

    /// The table of a domain, or nil.
    func existingTable(named name: String) -> ContactTable? {
        tables.withLock { $0[name] }
    }

    /// All tables, by name.
    var allTables: [ContactTable] {
        tables.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    // MARK: - Reading

    /// Hands the active contacts of an address of record, best first, to `then`, which makes the return code.
    func withContacts(
        of aor: AddressOfRecord, in table: ContactTable, _ context: ScriptContext,
        then: @escaping (Result<[Contact], LocationError>) -> Int
    ) -> FunctionResult {
        let now = now
        guard settings.storage == .databaseOnly, let pool = settings.pool else {
            return .code(then(.success(table.contacts(of: aor.key).filter { $0.isActive(at: now) })))
        }
        let name = table.name
        return context.waiting({
            try pool.withConnection { try Self.read(aor, name, $0).filter { $0.isActive(at: now) } }
        }) { result in
            then(result.mapError { .database($0) })
        }
    }

    static func read(
        _ aor: AddressOfRecord, _ table: String, _ connection: any DatabaseConnection
    ) throws -> [Contact] {
        guard let identifier = SQLIdentifier(table) else { return [] }
        var contacts: [Contact] = []
        try LocationTable(connection, table: identifier).forEach(
            .addressOfRecord(username: aor.username.string, domain: aor.domain?.string)
        ) { record throws(DatabaseError) in
            contacts.insertByPreference(Contact(record))
            return .proceed
        }
        return contacts
    }
}

/// A lock in an array.
final class WriteLock: Sendable {
    let mutex = Mutex<Void>(())
}

/// Names for new bindings: `uloc-<start>-<process>-<number>`, hexadecimal, unique over restarts and nodes.
final class RuidMaker: Sendable {
    private let prefix: ByteString
    private let number = Atomic<Int>(0)

    init(startedAt: Int) {
        prefix = ByteString(
            "uloc-" + String(startedAt, radix: 16) + "-" + String(ProcessIdentity.number, radix: 16) + "-")
    }

    func next() -> ByteString {
        prefix + ByteString(String(number.wrappingAdd(1, ordering: .relaxed).newValue, radix: 16))
    }
}
