import NetworkAddress
import Synchronization

/// The trees of all workers: an address is counted together, whichever worker it reaches.
///
/// Each first octet has one of a few locks, which is held for the few steps down its tree.
final class FloodDetector: Sendable {
    /// Nodes in all trees: 64 MiB at most.
    static let nodeCountMax = 1 << 20
    private static let treeCount = 16
    /// Nodes that one sweep looks at before it leaves the rest to the next.
    private static let sweptMax = 50_000

    private final class Shard: Sendable {
        let tree: Mutex<AddressTree>

        init(_ tree: AddressTree) { self.tree = Mutex(tree) }
    }

    let settings: AddressTree.Settings
    private let shards: [Shard]
    private let nextShard = Mutex(0)
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    init(_ settings: AddressTree.Settings) {
        self.settings = settings
        shards = (0..<Self.treeCount).map { _ in
            Shard(AddressTree(settings, nodeCountMax: Self.nodeCountMax / Self.treeCount))
        }
        start = clock.now
    }

    private var now: Int { Int(start.duration(to: clock.now).components.seconds) }

    /// Counts one hit of an address.
    func hit(_ address: IPAddress) -> AddressTree.Verdict {
        let shift = UInt128(address.family.bitCount - 8)
        let octet = Int(truncatingIfNeeded: address.bits >> shift)
        let now = now
        return shards[octet % shards.count].tree.withLock { $0.hit(address, now: now) }
    }

    /// Forgets silent addresses, a part of all when there are many.
    ///
    /// - Returns: the addresses that were blocked and are not any more.
    func sweep() -> [IPAddress] {
        let now = now
        let first = nextShard.withLock { $0 }
        var unblocked: [IPAddress] = []
        var seen = 0
        for offset in shards.indices {
            let index = (first + offset) % shards.count
            shards[index].tree.withLock { tree in
                seen += tree.nodeCount
                unblocked += tree.sweep(now: now)
            }
            if seen > Self.sweptMax {
                nextShard.withLock { $0 = (index + 1) % shards.count }
                break
            }
        }
        return unblocked
    }

    /// The addresses that are counted, the busiest first.
    func entries() -> [AddressTree.Entry] {
        let now = now
        return shards.flatMap { shard in shard.tree.withLock { $0.entries(now: now) } }
            .sorted { ($0.currentHits, $0.previousHits) > ($1.currentHits, $1.previousHits) }
    }
}
