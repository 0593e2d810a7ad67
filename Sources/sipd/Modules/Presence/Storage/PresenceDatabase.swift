import Database
import SIPMessage

/// The tables of the presence server; everything here blocks.
struct PresenceDatabase: Sendable {
    let pool: DatabasePool
    let presentities: SQLIdentifier
    let watchers: SQLIdentifier
    let decisions: SQLIdentifier

    init?(_ settings: PresenceSettings) {
        guard let pool = settings.pool else { return nil }
        self.pool = pool
        presentities = settings.presentityTable
        watchers = settings.subscriptionTable
        decisions = settings.watcherTable
    }

    // MARK: - Publications

    /// Brings the rows to what a PUBLISH has done.
    func write(_ outcome: PublishOutcome, of key: PresentityKey) throws {
        switch outcome {
        case .stored(let new, let old):
            try pool.withConnection { connection in
                try connection.transaction {
                    if let old { try delete(old, of: key, connection) }
                    _ = try connection.execute(
                        "INSERT INTO \(presentities.quoted) (username, domain, event, etag, expires, received_time, "
                            + "body, sender, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
                        [
                            .text(key.username.string), .text(key.domain.string), .text(key.event),
                            .text(new.etag.string), .integer(Int64(new.expires)), .integer(Int64(new.received)),
                            .blob(new.body.array), .text(new.sender.string),
                        ])
                }
            }
        case .removed(let old): try pool.withConnection { try delete(old, of: key, $0) }
        case .noSuchTag, .empty, .full: break
        }
    }

    /// Removes publications that have ended.
    func delete(_ ended: [(PresentityKey, Publication)]) throws {
        try pool.withConnection { connection in
            try connection.transaction {
                for (key, publication) in ended { try delete(publication, of: key, connection) }
            }
        }
    }

    private func delete(
        _ publication: Publication, of key: PresentityKey, _ connection: any DatabaseConnection
    ) throws(DatabaseError) {
        _ = try connection.execute(
            "DELETE FROM \(presentities.quoted) WHERE username = ? AND domain = ? AND event = ? AND etag = ?",
            [.text(key.username.string), .text(key.domain.string), .text(key.event), .text(publication.etag.string)])
    }

    /// The publications of one presentity, or of all; in order of their arrival.
    func publications(of key: PresentityKey?) throws -> [(PresentityKey, Publication)] {
        var sql =
            "SELECT username, domain, event, etag, expires, received_time, body, sender FROM \(presentities.quoted)"
        var parameters: [DatabaseValue] = []
        if let key {
            sql += " WHERE username = ? AND domain = ? AND event = ?"
            parameters = [.text(key.username.string), .text(key.domain.string), .text(key.event)]
        }
        sql += " ORDER BY received_time, id"
        var found: [(PresentityKey, Publication)] = []
        try pool.withConnection { connection in
            try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in
                guard found.count < PresenceState.entriesMax else { return .stop }
                let key = PresentityKey(
                    username: text(row[0]), domain: text(row[1]).lowercased(), event: row[2].text ?? "")
                found.append(
                    (
                        key,
                        Publication(
                            etag: text(row[3]), body: bytes(row[6]), expires: Int(row[4].integer ?? 0),
                            received: Int(row[5].integer ?? 0), sender: text(row[7]))
                    ))
                return .proceed
            }
        }
        return found
    }

    func text(_ value: DatabaseValue) -> ByteString { ByteString(value.text ?? "") }

    private func bytes(_ value: DatabaseValue) -> ByteString {
        if case .blob(let bytes) = value { ByteString(bytes) } else { text(value) }
    }
}
