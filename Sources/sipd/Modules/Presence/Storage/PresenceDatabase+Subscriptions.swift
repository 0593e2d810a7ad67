import Database
import SIPMessage

extension PresenceDatabase {
    private static let columns = [
        "presentity_uri", "watcher_username", "watcher_domain", "to_user", "to_domain", "event", "event_id", "to_tag",
        "from_tag", "callid", "local_cseq", "remote_cseq", "contact", "record_route", "expires", "status", "reason",
        "version", "socket_info", "local_contact", "from_user", "from_domain", "updated", "updated_winfo", "user_agent",
    ]

    /// Writes subscriptions, and removes the rows of others, in one transaction.
    func write(_ subscriptions: [Subscription], removing gone: [SubscriptionID] = []) throws {
        let marks = Self.columns.map { _ in "?" }.joined(separator: ", ")
        let insert =
            "INSERT INTO \(watchers.quoted) (" + Self.columns.joined(separator: ", ") + ") VALUES (\(marks))"
        try pool.withConnection { connection in
            try connection.transaction {
                for id in gone + subscriptions.map(\.id) {
                    _ = try connection.execute(
                        "DELETE FROM \(watchers.quoted) WHERE callid = ? AND to_tag = ? AND from_tag = ?",
                        [.text(id.callID.string), .text(id.localTag.string), .text(id.remoteTag.string)])
                }
                for subscription in subscriptions { _ = try connection.execute(insert, values(subscription)) }
            }
        }
    }

    private func values(_ one: Subscription) -> [DatabaseValue] {
        let to = try? SIPURI.parse(one.toURI)
        let from = try? SIPURI.parse(one.fromURI)
        func text(_ bytes: ByteString?) -> DatabaseValue { .text((bytes ?? "").string) }
        return [
            text(one.key.uri), text(one.watcherUser), text(one.watcherDomain), text(to?.user), text(to?.host),
            .text(one.key.event), .init(one.eventID?.string), text(one.id.localTag), text(one.id.remoteTag),
            text(one.id.callID), .integer(Int64(one.localSequence)), .integer(Int64(one.remoteSequence)),
            text(one.contact), text(one.routes), .integer(Int64(one.expires)), .integer(Int64(one.status.rawValue)),
            text(one.reason), .integer(Int64(one.version)), text(one.socket), text(one.localContact), text(from?.user),
            text(from?.host), -1, -1, text(one.userAgent),
        ]
    }

    /// The subscriptions to one presentity, or the one of a dialog, or all.
    func subscriptions(to key: PresentityKey? = nil, dialog id: SubscriptionID? = nil) throws -> [Subscription] {
        var sql = "SELECT " + Self.columns.joined(separator: ", ") + " FROM \(watchers.quoted)"
        var parameters: [DatabaseValue] = []
        if let key {
            sql += " WHERE presentity_uri = ? AND event = ?"
            parameters = [.text(key.uri.string), .text(key.event)]
        } else if let id {
            sql += " WHERE callid = ? AND to_tag = ? AND from_tag = ?"
            parameters = [.text(id.callID.string), .text(id.localTag.string), .text(id.remoteTag.string)]
        }
        var found: [Subscription] = []
        try pool.withConnection { connection in
            try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in
                guard found.count < PresenceState.entriesMax else { return .stop }
                if let subscription = subscription(row) { found.append(subscription) }
                return .proceed
            }
        }
        return found
    }

    /// A row that names no presentity is passed over.
    private func subscription(_ row: DatabaseRow) -> Subscription? {
        guard let key = PresentityKey(uri: text(row[0]), event: row[5].text ?? "") else { return nil }
        func uri(_ user: Int, _ domain: Int) -> ByteString {
            text(row[user]).isEmpty ? "sip:" + text(row[domain]) : "sip:" + text(row[user]) + "@" + text(row[domain])
        }
        return Subscription(
            id: SubscriptionID(callID: text(row[9]), localTag: text(row[7]), remoteTag: text(row[8])), key: key,
            watcherUser: text(row[1]), watcherDomain: text(row[2]), fromURI: uri(20, 21), toURI: uri(3, 4),
            eventID: row[6].text.map { ByteString($0) },
            localSequence: UInt32(clamping: row[10].integer ?? 0),
            remoteSequence: UInt32(clamping: row[11].integer ?? 0), contact: text(row[12]), routes: text(row[13]),
            expires: Int(row[14].integer ?? 0),
            status: Subscription.Status(rawValue: Int(row[15].integer ?? 2)) ?? .pending, reason: text(row[16]),
            version: Int(row[17].integer ?? 0), socket: text(row[18]), localContact: text(row[19]),
            userAgent: text(row[24]))
    }

    /// Notes what was decided about a watcher.
    func writeDecision(_ subscription: Subscription, at now: Int) throws {
        let names: [DatabaseValue] = [
            .text(subscription.key.uri.string), .text(subscription.watcherUser.string),
            .text(subscription.watcherDomain.string), .text(subscription.key.event),
        ]
        try pool.withConnection { connection in
            try connection.transaction {
                _ = try connection.execute(
                    "DELETE FROM \(decisions.quoted) WHERE presentity_uri = ? AND watcher_username = ? "
                        + "AND watcher_domain = ? AND event = ?", names)
                _ = try connection.execute(
                    "INSERT INTO \(decisions.quoted) (presentity_uri, watcher_username, watcher_domain, event, status, "
                        + "reason, inserted_time) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    names + [
                        .integer(Int64(subscription.status.rawValue)), .text(subscription.reason.string),
                        .integer(Int64(now)),
                    ])
            }
        }
    }
}
