import SIPMessage
import Synchronization

/// The contacts of one domain of usrloc (`location`), by address of record.
///
/// Sharded by hash, one lock a shard, never held across a call-out. Readers get copies.
final class ContactTable: Sendable {
    /// A power of two; also the number of steps in which a sweep goes through the table.
    static let shardCount = 256

    /// The name in the script, `location`.
    let name: String
    private let shards: [ContactShard]
    private let contactCount = Atomic<Int>(0)
    private let userCount = Atomic<Int>(0)
    private let expiredCount = Atomic<Int>(0)

    init(name: String) {
        self.name = name
        shards = (0..<Self.shardCount).map { _ in ContactShard() }
    }

    /// The number of contacts.
    var contacts: Int { contactCount.load(ordering: .relaxed) }
    /// The number of addresses of record with contacts.
    var users: Int { userCount.load(ordering: .relaxed) }
    /// How many contacts have expired since the start.
    var expired: Int { expiredCount.load(ordering: .relaxed) }

    /// The contacts of an address of record, best first; also those that have ended but were not swept yet.
    func contacts(of aor: ByteString) -> [Contact] {
        let probe = ContactRecord(aor: aor)
        return shard(of: aor).record(like: probe)?.contacts ?? []
    }

    /// Changes the contacts of an address of record under its shard's lock.
    func update<Result>(_ aor: ByteString, _ change: (inout [Contact]) throws -> sending Result) rethrows
        -> sending Result
    {
        let probe = ContactRecord(aor: aor)
        return try shard(of: aor).records.withLock { records in
            var list = records.firstIndex(of: probe).map { records[$0].contacts } ?? []
            let before = list.count
            let result = try change(&list)
            if !list.isEmpty {
                records.update(with: ContactRecord(aor: aor, contacts: list))
            } else if before > 0 {
                records.remove(probe)
            }
            contactCount.wrappingAdd(list.count - before, ordering: .relaxed)
            userCount.wrappingAdd((list.isEmpty ? 0 : 1) - (before == 0 ? 0 : 1), ordering: .relaxed)
            return result
        }
    }

    /// Takes out the contacts of a shard that have ended and answers them with their address of record.
    func removeExpired(inShard index: Int, at now: UInt32) -> [(aor: ByteString, contact: Contact)] {
        let aors = shards[index].records.withLock { records in
            records.filter { $0.hasEnded(at: now) }.map(\.aor)
        }
        var removed: [(ByteString, Contact)] = []
        for aor in aors {
            removed += update(aor) { list in
                let ended = list.filter { !$0.isActive(at: now) }
                list.removeAll { !$0.isActive(at: now) }
                return ended
            }.map { (aor, $0) }
        }
        expiredCount.wrappingAdd(removed.count, ordering: .relaxed)
        return removed
    }

    /// A copy of one shard, all of it as at one instant.
    func shard(_ index: Int) -> [(aor: ByteString, contacts: [Contact])] {
        shards[index].records.withLock { $0 }.map { ($0.aor, $0.contacts) }
    }

    /// The contacts of a shard that the database does not have as they are.
    func unsaved(inShard index: Int) -> [(aor: ByteString, contact: Contact)] {
        var found: [(ByteString, Contact)] = []
        for record in shards[index].records.withLock({ $0 }) {
            for contact in record.contacts where contact.state != .synchronized && !contact.isMemoryOnly {
                found.append((record.aor, contact))
            }
        }
        return found
    }

    /// Notes that the database has contacts as they were when they were read; those changed since stay unsaved.
    func markSaved(_ saved: [(aor: ByteString, contact: Contact)]) {
        for (aor, contact) in saved {
            update(aor) { list in
                guard let index = list.firstIndex(where: { $0.ruid == contact.ruid }) else { return }
                if list[index].cseq == contact.cseq && list[index].lastModified == contact.lastModified {
                    list[index].state = .synchronized
                } else if list[index].state == .new {
                    list[index].state = .dirty
                }
            }
        }
    }

    private func shard(of aor: ByteString) -> ContactShard {
        shards[Int(truncatingIfNeeded: Self.hash(aor)) & (Self.shardCount - 1)]
    }

    /// Kamailio shows a hash of the address of record in `ul.dump`; any number will do (FNV-1a).
    static func hash(_ aor: ByteString) -> UInt32 {
        aor.bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// One lock's worth of a table.
private final class ContactShard: Sendable {
    let records = Mutex<Set<ContactRecord>>([])

    /// The record of the same address of record.
    func record(like probe: ContactRecord) -> ContactRecord? {
        records.withLock { records in records.firstIndex(of: probe).map { records[$0] } }
    }
}
