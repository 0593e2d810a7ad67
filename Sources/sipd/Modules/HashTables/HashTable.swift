import SIPMessage
import ScriptEngine
import Synchronization

/// What an item holds.
enum HashTableValue: Sendable, Hashable {
    case integer(Int)
    case string(ByteString)

    /// The value that a script assigns; nil, which removes the item, for null.
    init?(_ value: ScriptValue) {
        switch value {
        case .null: return nil
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .string(text.compacted())
        case .both(let number, let text):
            self = text == ByteString(integer: number) ? .integer(number) : .string(text.compacted())
        }
    }

    var scriptValue: ScriptValue {
        switch self {
        case .integer(let number): .integer(number)
        case .string(let text): .string(text)
        }
    }
}

/// One item, copied out of its table.
struct HashTableItem: Sendable, Hashable {
    var key: ByteString
    var value: HashTableValue
    /// When it ends, seconds since 1970; 0 for never.
    var expires: Int
}

/// A table of keys and values that all workers share.
///
/// The keys are spread over shards with a lock each, held for one operation only. Keys come from messages, so Swift's
/// seeded hash decides where they go.
final class HashTable: Sendable {
    /// More items are refused: keys come from messages, and memory ends.
    static let itemCountMax = 8 << 20
    private static let shardBitsMax = 6

    let definition: HashTableDefinition
    private let shards: [Shard]
    private let shardBits: Int
    private let shardItemCountMax: Int

    private struct Cell {
        var value: HashTableValue
        var expires: Int

        func isExpired(at now: Int) -> Bool { expires != 0 && expires <= now }
    }

    private final class Shard: Sendable {
        let cells = Mutex<[ByteString: Cell]>([:])
    }

    init(_ definition: HashTableDefinition) {
        self.definition = definition
        shardBits = min(definition.sizeExponent, Self.shardBitsMax)
        shards = (0..<(1 << shardBits)).map { _ in Shard() }
        shardItemCountMax = Self.itemCountMax >> shardBits
    }

    /// The number of slots that the definition asks for.
    var slotCount: Int { 1 << definition.sizeExponent }
    /// The number of parts that can be read one at a time.
    var shardCount: Int { shards.count }

    /// The slot of a key, 0 ..< `slotCount`; the shards hold slots that follow each other.
    func slot(of key: ByteString) -> Int {
        key.hashValue & (slotCount - 1)
    }

    private func shard(of key: ByteString) -> Shard {
        shards[slot(of: key) >> (definition.sizeExponent - shardBits)]
    }

    // MARK: - One item

    /// The item of a key, unless it has expired.
    func item(_ key: ByteString, now: Int) -> HashTableItem? {
        shard(of: key).cells.withLock { cells in
            guard let cell = cells[key], !cell.isExpired(at: now) else { return nil }
            return HashTableItem(key: key, value: cell.value, expires: cell.expires)
        }
    }

    /// The value of a key, or the table's initial value.
    func value(_ key: ByteString, now: Int) -> HashTableValue? {
        item(key, now: now)?.value ?? definition.initialValue.map { .integer($0) }
    }

    /// Sets an item.
    ///
    /// Its life is `seconds`, 0 for ever; nil gives it the table's.
    /// - Returns: false when the table is full.
    @discardableResult
    func set(_ key: ByteString, to value: HashTableValue, now: Int, seconds: Int? = nil) -> Bool {
        shard(of: key).cells.withLock { cells in
            let old = cells[key]
            guard old != nil || cells.count < shardItemCountMax else { return false }
            let expires = seconds.map { $0 > 0 ? now &+ $0 : 0 } ?? expiry(of: old, now: now)
            cells[old == nil ? key.compacted() : key] = Cell(value: value, expires: expires)
            return true
        }
    }

    private func expiry(of old: Cell?, now: Int) -> Int {
        if let old, !definition.updatesExpiry, !old.isExpired(at: now) { return old.expires }
        return definition.autoexpireSeconds > 0 ? now + definition.autoexpireSeconds : 0
    }

    /// Puts an item with its end, as it was stored.
    func restore(_ item: HashTableItem) {
        shard(of: item.key).cells.withLock { $0[item.key] = Cell(value: item.value, expires: item.expires) }
    }

    /// Adds to the number of an item, from the initial value when there is none.
    ///
    /// - Returns: the sum, wrapped to 32 bits; nil when there is neither, or the item holds a text.
    func add(_ amount: Int, to key: ByteString, now: Int) -> Int? {
        shard(of: key).cells.withLock { cells in
            let old = cells[key].flatMap { $0.isExpired(at: now) ? nil : $0 }
            let start: Int
            switch old?.value {
            case .integer(let number): start = number
            case .string: return nil
            case nil:
                guard let initial = definition.initialValue, cells.count < shardItemCountMax else { return nil }
                start = initial
            }
            let sum = Int(Int32(truncatingIfNeeded: start &+ amount))
            let stored = old == nil ? key.compacted() : key
            cells[stored] = Cell(value: .integer(sum), expires: expiry(of: old, now: now))
            return sum
        }
    }

    /// Removes an item, and tells whether there was one.
    @discardableResult
    func remove(_ key: ByteString) -> Bool {
        shard(of: key).cells.withLock { $0.removeValue(forKey: key) != nil }
    }

    /// Seconds until the item ends; 0 when it does not, or does not exist.
    func secondsLeft(_ key: ByteString, now: Int) -> Int {
        guard let item = item(key, now: now), item.expires != 0 else { return 0 }
        return item.expires - now
    }

    /// Sets the life of an item.
    ///
    /// As in Kamailio that has no effect in a table whose items live for ever.
    func setSeconds(_ seconds: Int, of key: ByteString, now: Int) {
        guard definition.autoexpireSeconds > 0 else { return }
        shard(of: key).cells.withLock { $0[key]?.expires = seconds > 0 ? now &+ seconds : 0 }
    }

    // MARK: - All items

    /// The items of one part, in the order of their slots; those that have expired are left out.
    func items(inShard index: Int, now: Int) -> [HashTableItem] {
        let cells = shards[index].cells.withLock { $0 }
        var items: [(slot: Int, item: HashTableItem)] = []
        for (key, cell) in cells where !cell.isExpired(at: now) {
            items.append((slot(of: key), HashTableItem(key: key, value: cell.value, expires: cell.expires)))
        }
        items.sort { ($0.slot, $0.item.key) < ($1.slot, $1.item.key) }
        return items.map(\.item)
    }

    /// How many items satisfy a condition.
    func count(now: Int, where condition: (ByteString, HashTableValue) -> Bool) -> Int {
        shards.reduce(0) { sum, shard in
            let cells = shard.cells.withLock { $0 }
            return sum + cells.count { !$0.value.isExpired(at: now) && condition($0.key, $0.value.value) }
        }
    }

    /// Whether any item satisfies a condition.
    func contains(now: Int, where condition: (ByteString, HashTableValue) -> Bool) -> Bool {
        shards.contains { shard in
            let cells = shard.cells.withLock { $0 }
            return cells.contains { !$0.value.isExpired(at: now) && condition($0.key, $0.value.value) }
        }
    }

    /// Removes the items that satisfy a condition.
    func removeAll(where condition: (ByteString, HashTableValue) -> Bool) {
        for shard in shards {
            shard.cells.withLock { cells in
                for (key, cell) in cells where condition(key, cell.value) { cells[key] = nil }
            }
        }
    }

    /// Removes everything.
    func removeAll() {
        for shard in shards { shard.cells.withLock { $0 = [:] } }
    }

    /// Removes the items that have expired, and hands them over.
    func sweep(now: Int) -> [HashTableItem] {
        var expired: [HashTableItem] = []
        for shard in shards {
            shard.cells.withLock { cells in
                for (key, cell) in cells where cell.isExpired(at: now) {
                    expired.append(HashTableItem(key: key, value: cell.value, expires: cell.expires))
                    cells[key] = nil
                }
            }
        }
        return expired
    }

    /// Replaces everything by other items, a part at a time.
    func replace(by items: [HashTableItem]) {
        var parts = [[ByteString: Cell]](repeating: [:], count: shards.count)
        for item in items {
            let index = slot(of: item.key) >> (definition.sizeExponent - shardBits)
            parts[index][item.key] = Cell(value: item.value, expires: item.expires)
        }
        for (shard, cells) in zip(shards, parts) { shard.cells.withLock { $0 = cells } }
    }

    /// How many items there are, and how many the fullest and the emptiest slot have.
    func occupancy() -> (all: Int, min: Int, max: Int) {
        var counts: [Int: Int] = [:]
        for shard in shards {
            for key in shard.cells.withLock({ Array($0.keys) }) { counts[slot(of: key), default: 0] += 1 }
        }
        let fewest = counts.count < slotCount ? 0 : counts.values.min() ?? 0
        return (counts.values.reduce(0, +), fewest, counts.values.max() ?? 0)
    }
}
