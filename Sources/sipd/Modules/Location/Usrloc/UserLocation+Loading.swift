import Database
import SIPMessage
import Synchronization

/// What moves whole tables between memory and the database.
extension UserLocation {
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
}
