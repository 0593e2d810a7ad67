import SIPMessage
import Synchronization

/// Which relay serves a call, so that all its commands go there.
///
/// Sharded by hash; bounded: when a shard is full, what ends first is forgotten.
final class RelayCalls: Sendable {
    /// A call at a relay.
    struct Entry: Sendable {
        let node: RelayNode
        /// The CSeq number of the request whose SDP was offered; nil when a reply made the offer.
        var offerSequence: UInt32?
        var expires: Int
    }

    private static let shardCount = 16
    private static let shardEntriesMax = 65_536

    private let shards = (0..<shardCount).map { _ in Shard() }
    private let lifeSeconds: Int

    private final class Shard: Sendable {
        let entries = Mutex<[ByteString: Entry]>([:])
        let nextSweep = Mutex(0)
    }

    init(lifeSeconds: Int) {
        self.lifeSeconds = lifeSeconds
    }

    /// The relay of a call in a set.
    func entry(_ key: ByteString, at now: Int) -> Entry? {
        shard(key).entries.withLock { $0[key] }.flatMap { $0.expires > now ? $0 : nil }
    }

    /// Notes the relay of a call; a call that is known lives on.
    func note(_ key: ByteString, _ node: RelayNode, offerSequence: UInt32?, at now: Int) {
        let shard = shard(key)
        sweep(shard, now)
        shard.entries.withLock { entries in
            if entries.count >= Self.shardEntriesMax, entries[key] == nil,
                let oldest = entries.min(by: { $0.value.expires < $1.value.expires })
            {
                entries[oldest.key] = nil
            }
            entries[key.compacted()] = Entry(node: node, offerSequence: offerSequence, expires: now + lifeSeconds)
        }
    }

    /// Forgets a call.
    func remove(_ key: ByteString) {
        shard(key).entries.withLock { $0[key] = nil }
    }

    /// How many calls are known (`rtpengine.get_hash_total`).
    func count(at now: Int) -> Int {
        shards.reduce(0) { $0 + $1.entries.withLock { $0.count { $0.value.expires > now } } }
    }

    private func sweep(_ shard: Shard, _ now: Int) {
        let isDue = shard.nextSweep.withLock { next in
            guard now >= next else { return false }
            next = now + 60
            return true
        }
        guard isDue else { return }
        shard.entries.withLock { entries in entries = entries.filter { $0.value.expires > now } }
    }

    private func shard(_ key: ByteString) -> Shard {
        shards[RelayHash.mixed.value(of: key) % Self.shardCount]
    }
}
