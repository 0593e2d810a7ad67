import Database
package import SIPMessage

/// A contact as those need it who keep its way open.
package struct RegisteredContact: Sendable {
    /// The table it is in.
    package let table: String
    /// The key of its address of record.
    package let addressOfRecord: ByteString
    /// The contact URI.
    package let uri: ByteString
    /// Where its REGISTER came from, as a URI; empty for none.
    package let received: ByteString
    /// The Path values; empty for none.
    package let path: ByteString
    /// The socket its REGISTER came in by, `udp:192.0.2.1:5060`; empty for none.
    package let socket: ByteString
    /// The unique name of the binding.
    package let ruid: ByteString
    /// The branch flags with which it was saved.
    package let branchFlags: UInt32

    init(_ contact: Contact, of aor: ByteString, in table: String) {
        self.table = table
        addressOfRecord = aor
        uri = contact.uri
        received = contact.received
        path = contact.path
        socket = contact.socket
        ruid = contact.ruid
        branchFlags = contact.branchFlags
    }
}

/// The contacts of usrloc for other modules; usrloc provides it (`server.interface((any RegisteredContacts).self)`).
package protocol RegisteredContacts: Sendable {
    /// The branch flag that marks contacts behind an address translator (`nat_bflag`), as a mask; 0 for none.
    var natFlag: UInt32 { get }
    /// Whether the contacts are in the database only, so that reading them blocks.
    var isDatabaseOnly: Bool { get }
    /// The number of parts that `contacts(inPart:)` goes through.
    var partCount: Int { get }
    /// The active contacts of one part.
    ///
    /// Blocks when the contacts are in the database only; there is one part then.
    func contacts(inPart part: Int) throws -> [RegisteredContact]
    /// Removes a contact that is dead; blocks when the contacts are written through.
    func removeDead(_ contact: RegisteredContact) throws
}

extension UserLocation: RegisteredContacts {
    /// The mask of `nat_bflag`.
    package var natFlag: UInt32 { settings.natFlag }
    /// Whether `db_mode` is 3.
    package var isDatabaseOnly: Bool { settings.storage == .databaseOnly }
    /// The shards of a table, or one for the database.
    package var partCount: Int { isDatabaseOnly ? 1 : ContactTable.shardCount }

    /// The active contacts of one part, of all tables.
    package func contacts(inPart part: Int) throws -> [RegisteredContact] {
        guard (0..<partCount).contains(part) else { return [] }
        let now = now
        guard !isDatabaseOnly else { return try storedContacts(at: now) }
        return allTables.flatMap { table in
            table.shard(part).flatMap { entry in
                entry.contacts.filter { $0.isActive(at: now) }.map {
                    RegisteredContact($0, of: entry.aor, in: table.name)
                }
            }
        }
    }

    private func storedContacts(at now: UInt32) throws -> [RegisteredContact] {
        guard let pool = settings.pool else { return [] }
        var contacts: [RegisteredContact] = []
        for table in allTables {
            guard let name = SQLIdentifier(table.name) else { continue }
            try pool.withConnection { connection in
                try LocationTable(connection, table: name).forEach { record throws(DatabaseError) in
                    let contact = Contact(record)
                    guard contact.isActive(at: now) else { return .proceed }
                    let aor = AddressOfRecord(
                        username: ByteString(record.username),
                        domain: self.settings.usesDomain ? ByteString(record.domain ?? "") : nil)
                    contacts.append(RegisteredContact(contact, of: aor.key, in: table.name))
                    return .proceed
                }
            }
        }
        return contacts
    }

    /// Removes a contact from memory and, in `db_mode` 1, from the database.
    package func removeDead(_ contact: RegisteredContact) throws {
        guard !isDatabaseOnly, let table = existingTable(named: contact.table) else { return }
        let removed = table.update(contact.addressOfRecord) { list in
            let dead = list.filter { $0.ruid == contact.ruid }
            list.removeAll { $0.ruid == contact.ruid }
            return dead
        }
        guard settings.storage == .writeThrough, !removed.isEmpty else { return noteDeleted(removed, table) }
        let aor = AddressOfRecord(key: contact.addressOfRecord, usesDomain: settings.usesDomain)
        try write(removed.map(\.ruid), of: aor, table)
    }
}
