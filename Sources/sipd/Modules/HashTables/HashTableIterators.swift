import SIPMessage
import ScriptEngine

/// The iterators of one message, by their names.
final class HashTableIterators {
    private var iterators: [ByteString: HashTableIterator] = [:]

    static let key = ContextKey<HashTableIterators>()

    static func of(_ context: ScriptContext) -> HashTableIterators {
        if let iterators = context[key] { return iterators }
        let iterators = HashTableIterators()
        context[key] = iterators
        return iterators
    }

    subscript(name: ByteString) -> HashTableIterator? {
        get { iterators[name] }
        set { iterators[name.compacted()] = newValue }
    }
}

/// Walks over a table, a part at a time, so that nothing is locked between two steps.
///
/// DIFFERS: after `sht_iterator_rm()` Kamailio skips what else its slot holds; here every item is seen.
final class HashTableIterator {
    let table: HashTable
    private var shard = 0
    private var items: ArraySlice<HashTableItem> = []
    /// The item that the script looks at.
    private(set) var current: HashTableItem?

    init(_ table: HashTable) {
        self.table = table
    }

    /// Goes to the next item; false at the end.
    func next(now: Int) -> Bool {
        while items.isEmpty, shard < table.shardCount {
            items = table.items(inShard: shard, now: now)[...]
            shard += 1
        }
        current = items.popFirst()
        return current != nil
    }

    /// Makes the item's new value known to the script.
    func replaceValue(_ value: HashTableValue) {
        current?.value = value
    }
}
