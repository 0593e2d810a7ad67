import Database
import Logging
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
    private let ruids: RuidMaker
    /// Rows that are gone from memory but not from the database, by table (write-back).
    private let pendingDeletes = Mutex<[String: [String]]>([:])
    /// One lock for each part of the keys: the order of writes of one address of record is that of its changes.
    private let writeLocks = (0..<64).map { _ in WriteLock() }
    private let sweep = SweepState()

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

    private static func read(
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

    // MARK: - Registering

    /// Applies a registration and hands the outcome to `then`, which makes the return code; the storage decides
    /// whether that happens at once.
    func register(
        _ registration: Registration, for aor: AddressOfRecord, in table: ContactTable, _ context: ScriptContext,
        then: @escaping (Result<RegistrationChanges, LocationError>) -> Int
    ) -> FunctionResult {
        let then = { [self] (result: Result<RegistrationChanges, LocationError>) in
            if server.events.isWanted, case .success(let changes) = result { publish(changes, aor, table) }
            return then(result)
        }
        switch settings.storage {
        case .memory:
            return .code(then(apply(registration, aor, table)))
        case .writeBack:
            let result = apply(registration, aor, table)
            if case .success(let changes) = result { noteDeleted(changes.removed, table) }
            return .code(then(result))
        case .writeThrough:
            return writeThrough(registration, aor, table, context, then)
        case .databaseOnly:
            return registerInDatabase(registration, aor, table, context, then)
        }
    }

    private func apply(
        _ registration: Registration, _ aor: AddressOfRecord, _ table: ContactTable
    ) -> Result<RegistrationChanges, LocationError> {
        let now = now
        return table.update(aor.key) { list in
            do throws(RegistrationProblem) {
                return .success(try registration.apply(to: &list, at: now, makeRuid: ruids.next))
            } catch {
                return .failure(.refused(error))
            }
        }
    }

    private func writeThrough(
        _ registration: Registration, _ aor: AddressOfRecord, _ table: ContactTable, _ context: ScriptContext,
        _ then: @escaping (Result<RegistrationChanges, LocationError>) -> Int
    ) -> FunctionResult {
        let result = apply(registration, aor, table)
        guard case .success(let changes) = result, !(changes.stored.isEmpty && changes.removed.isEmpty) else {
            return .code(then(result))
        }
        return context.waiting({ [self] in
            try write(changes.stored.map(\.ruid) + changes.removed.map(\.ruid), of: aor, table)
        }) { [self] written in
            switch written {
            case .success: return then(result)
            case .failure(let error):
                undo(changes, aor, table)
                return then(.failure(.database(error)))
            }
        }
    }

    /// Brings the rows of some contacts of an address of record to what memory holds now; blocking.
    func write(_ ruids: [ByteString], of aor: AddressOfRecord, _ table: ContactTable) throws {
        guard let pool = settings.pool, let identifier = SQLIdentifier(table.name) else { return }
        let lock = writeLocks[Int(ContactTable.hash(aor.key) % UInt32(writeLocks.count))]
        try lock.mutex.withLock { _ in
            let present = table.contacts(of: aor.key).filter { ruids.contains($0.ruid) && !$0.isMemoryOnly }
            let gone = ruids.filter { ruid in !present.contains { $0.ruid == ruid } }
            try pool.withConnection { connection in
                try connection.transaction {
                    let rows = LocationTable(connection, table: identifier)
                    try rows.store(present.map { $0.record(of: aor, serverID: settings.serverID) })
                    for ruid in gone { _ = try rows.delete(.ruid(ruid.string)) }
                }
            }
            table.markSaved(present.map { (aor.key, $0) })
        }
    }

    /// Puts the contacts back as they were before a change that the database refused, unless they changed again.
    private func undo(_ changes: RegistrationChanges, _ aor: AddressOfRecord, _ table: ContactTable) {
        table.update(aor.key) { list in
            let isUnchanged =
                list.count == changes.after.count
                && zip(list, changes.after).allSatisfy { $0.ruid == $1.ruid && $0.cseq == $1.cseq }
            if isUnchanged { list = changes.before }
        }
    }

    private func registerInDatabase(
        _ registration: Registration, _ aor: AddressOfRecord, _ table: ContactTable, _ context: ScriptContext,
        _ then: @escaping (Result<RegistrationChanges, LocationError>) -> Int
    ) -> FunctionResult {
        guard let pool = settings.pool, let identifier = SQLIdentifier(table.name) else {
            return .code(then(.failure(.refused(.tooManyContacts))))
        }
        let now = now
        let serverID = settings.serverID
        let ruids = ruids
        return context.waiting({
            try pool.withConnection { connection in
                try connection.transaction {
                    var list = try Self.read(aor, identifier.name, connection)
                    let changes = try registration.apply(to: &list, at: now, makeRuid: ruids.next)
                    let rows = LocationTable(connection, table: identifier)
                    try rows.store(changes.stored.map { $0.record(of: aor, serverID: serverID) })
                    for contact in changes.removed { _ = try rows.delete(.ruid(contact.ruid.string)) }
                    return changes
                }
            }
        }) { result in
            then(
                result.mapError { error in
                    (error as? RegistrationProblem).map { .refused($0) } ?? .database(error)
                })
        }
    }

    // MARK: - Removing

    /// Removes contacts that a test chooses, and answers how many; for `unregister()` and the control methods.
    func remove(
        from aor: AddressOfRecord, in table: ContactTable, where isChosen: @escaping @Sendable (Contact) -> Bool
    ) async throws -> Int {
        if settings.storage == .databaseOnly, let pool = settings.pool {
            return try await server.databases.run {
                try pool.withConnection { connection in
                    let chosen = try Self.read(aor, table.name, connection).filter(isChosen)
                    guard let identifier = SQLIdentifier(table.name) else { return 0 }
                    for contact in chosen {
                        _ = try LocationTable(connection, table: identifier).delete(.ruid(contact.ruid.string))
                    }
                    return chosen.count
                }
            }
        }
        let removed = table.update(aor.key) { list in
            let chosen = list.filter(isChosen)
            list.removeAll(where: isChosen)
            return chosen
        }
        for contact in removed { publish("contact.removed", contact, aor.key, table) }
        if settings.storage == .writeThrough, !removed.isEmpty {
            try await server.databases.run { [self] in try write(removed.map(\.ruid), of: aor, table) }
        } else {
            noteDeleted(removed, table)
        }
        return removed.count
    }

    func noteDeleted(_ contacts: [Contact], _ table: ContactTable) {
        guard settings.storage == .writeBack, !contacts.isEmpty else { return }
        // Also those that are new: a flush may be writing them just now.
        let names = contacts.filter { !$0.isMemoryOnly }.map(\.ruid.string)
        pendingDeletes.withLock { $0[table.name, default: []] += names }
    }

    // MARK: - Loading and flushing

    /// Loads the tables; blocking.
    ///
    /// Rows that have ended are removed.
    func load() throws {
        guard let pool = settings.pool, settings.storage != .memory, settings.storage != .databaseOnly else { return }
        let now = now
        for table in allTables {
            guard let identifier = SQLIdentifier(table.name) else { continue }
            try pool.withConnection { connection in
                let rows = LocationTable(connection, table: identifier)
                _ = try rows.deleteExpired(before: Int64(now))
                try rows.forEach { record throws(DatabaseError) in
                    let aor = AddressOfRecord(
                        username: ByteString(record.username),
                        domain: self.settings.usesDomain ? ByteString(record.domain ?? "") : nil)
                    let contact = Contact(record)
                    guard contact.isActive(at: now) else { return .proceed }
                    table.update(aor.key) { $0.insertByPreference(contact) }
                    return .proceed
                }
            }
        }
    }

    /// Writes everything that the database lacks (write-back); blocking.
    func flush() throws {
        guard settings.storage == .writeBack, let pool = settings.pool else { return }
        for table in allTables {
            guard let identifier = SQLIdentifier(table.name) else { continue }
            let deleted = pendingDeletes.withLock { $0.removeValue(forKey: table.name) ?? [] }
            do {
                try pool.withConnection { connection in
                    try connection.transaction {
                        let rows = LocationTable(connection, table: identifier)
                        for ruid in deleted { _ = try rows.delete(.ruid(ruid)) }
                    }
                    for index in 0..<ContactTable.shardCount { try flush(table, shard: index, identifier, connection) }
                }
            } catch {
                pendingDeletes.withLock { $0[table.name, default: []] += deleted }
                throw error
            }
        }
    }

    private func flush(
        _ table: ContactTable, shard: Int, _ identifier: SQLIdentifier, _ connection: any DatabaseConnection
    ) throws {
        let unsaved = table.unsaved(inShard: shard)
        guard !unsaved.isEmpty else { return }
        try connection.transaction {
            try LocationTable(connection, table: identifier).store(
                unsaved.map {
                    $0.contact.record(
                        of: AddressOfRecord(key: $0.aor, usesDomain: settings.usesDomain), serverID: settings.serverID)
                })
        }
        table.markSaved(unsaved)
    }

    // MARK: - The sweep

    /// One second's part of the sweep: a share of the shards, so that each is looked at once in `timer_interval`.
    ///
    /// Runs on a database thread; skipped while the one before is not done.
    func sweepStep() {
        guard sweep.begin() else { return }
        defer { sweep.end() }
        let now = now
        let count = max(1, (ContactTable.shardCount + settings.sweepSeconds - 1) / settings.sweepSeconds)
        let start = sweep.advance(by: count)
        for table in allTables {
            for offset in 0..<count {
                let ended = table.removeExpired(inShard: (start + offset) % ContactTable.shardCount, at: now)
                removeRows(ended, table)
            }
        }
        guard sweep.isFlushDue(everySeconds: settings.sweepSeconds) else { return }
        do {
            try flush()
            if settings.storage == .databaseOnly { try removeEndedRows() }
        } catch {
            server.logger.error(
                "contacts could not be written, they are kept for the next time", metadata: ["error": "\(error)"])
        }
    }

    private func removeRows(_ ended: [(aor: ByteString, contact: Contact)], _ table: ContactTable) {
        guard !ended.isEmpty else { return }
        for entry in ended { publish("contact.expired", entry.contact, entry.aor, table) }
        noteDeleted(ended.map(\.contact), table)
        guard settings.storage == .writeThrough, let pool = settings.pool, let identifier = SQLIdentifier(table.name)
        else { return }
        do {
            try pool.withConnection { connection in
                try connection.transaction {
                    for entry in ended {
                        _ = try LocationTable(connection, table: identifier).delete(.ruid(entry.contact.ruid.string))
                    }
                }
            }
        } catch {
            // The rows go with the next start: a row that has ended is never loaded.
            server.logger.warning("ended contacts stay in the database", metadata: ["error": "\(error)"])
        }
    }

    private func removeEndedRows() throws {
        guard let pool = settings.pool else { return }
        for table in allTables {
            guard let identifier = SQLIdentifier(table.name) else { continue }
            try pool.withConnection {
                _ = try LocationTable($0, table: identifier).deleteExpired(before: Int64(now))
            }
        }
    }
}

/// A lock in an array.
private final class WriteLock: Sendable {
    let mutex = Mutex<Void>(())
}

/// Where the sweep is.
private final class SweepState: Sendable {
    private let isRunning = Atomic<Bool>(false)
    private let position = Atomic<Int>(0)
    private let steps = Atomic<Int>(0)

    func begin() -> Bool {
        isRunning.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }

    func end() {
        isRunning.store(false, ordering: .releasing)
    }

    /// The shard to begin with; the next call begins behind this part.
    func advance(by count: Int) -> Int {
        position.wrappingAdd(count, ordering: .relaxed).oldValue % ContactTable.shardCount
    }

    func isFlushDue(everySeconds seconds: Int) -> Bool {
        steps.wrappingAdd(1, ordering: .relaxed).newValue % max(seconds, 1) == 0
    }
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
