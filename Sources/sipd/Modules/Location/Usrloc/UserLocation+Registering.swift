import Database
import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

/// How registrations get to memory and to the database.
extension UserLocation {
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
}
