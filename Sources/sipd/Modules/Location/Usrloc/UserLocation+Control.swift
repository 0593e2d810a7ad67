import Database
import SIPMessage

/// What the control methods need, off the event loops.
extension UserLocation {
    /// The active contacts of an address of record, best first.
    func contacts(of aor: AddressOfRecord, in table: ContactTable) async throws -> [Contact] {
        let now = now
        guard settings.storage == .databaseOnly, let pool = settings.pool, let name = SQLIdentifier(table.name) else {
            return table.contacts(of: aor.key).filter { $0.isActive(at: now) }
        }
        return try await server.databases.run {
            try pool.withConnection { connection in
                var contacts: [Contact] = []
                try LocationTable(connection, table: name).forEach(
                    .addressOfRecord(username: aor.username.string, domain: aor.domain?.string)
                ) { record throws(DatabaseError) in
                    contacts.insertByPreference(Contact(record))
                    return .proceed
                }
                return contacts.filter { $0.isActive(at: now) }
            }
        }
    }

    /// Adds a contact, or replaces the one with the same URI.
    func store(_ contact: Contact, for aor: AddressOfRecord, in table: ContactTable) async throws {
        let registration = Registration(
            entries: [.init(contact: contact, isRemoval: false)], callID: contact.callID, cseq: .max, matching: .uri)
        let now = now
        let makeRuid = makeRuid
        if settings.storage == .databaseOnly, let pool = settings.pool, let name = SQLIdentifier(table.name) {
            let existing = try await contacts(of: aor, in: table)
            try await server.databases.run { [serverID = settings.serverID] in
                var list = existing
                let changes = try registration.apply(to: &list, at: now, makeRuid: makeRuid)
                try pool.withConnection { connection in
                    try connection.transaction {
                        try LocationTable(connection, table: name).store(
                            changes.stored.map { $0.record(of: aor, serverID: serverID) })
                    }
                }
            }
            return
        }
        let changes = try table.update(aor.key) { list in
            try registration.apply(to: &list, at: now, makeRuid: makeRuid)
        }
        guard settings.storage == .writeThrough else { return }
        try await server.databases.run { [self] in try write(changes.stored.map(\.ruid), of: aor, table) }
    }
}
