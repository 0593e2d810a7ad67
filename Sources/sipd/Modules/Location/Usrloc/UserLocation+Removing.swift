import Database
import ModuleInterface
import Synchronization

/// Removing contacts before their time.
extension UserLocation {
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
}
