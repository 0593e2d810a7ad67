import Database
import Logging
import ModuleInterface
import SIPMessage
import Synchronization

/// What happens each second: contacts end, and what is due is written.
extension UserLocation {
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

/// Where the sweep is.
final class SweepState: Sendable {
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
