/// Finds which of many ranges, laid side by side over all numbers, holds a number.
///
/// A search tree without pointers. The leaves hold the first number of each range with the range's owner. Each level
/// above holds the first key of every block below, sixteen to a block. A search reads one block a level; the upper
/// levels stay in the cache, so a million ranges cost two or three misses.
struct RangeIndex<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private struct Leaf: Sendable {
        var keys: KeyBlock<Key>
        var owners: InlineArray<16, UInt32>
    }

    private struct Level: Sendable {
        let start: Int
        let count: Int
    }

    private static var blockSize: Int { 16 }

    private var leaves: [Leaf] = []
    /// The blocks of all levels above the leaves.
    private var blocks: [KeyBlock<Key>] = []
    /// The levels above the leaves, from the top.
    private var levels: [Level] = []

    /// Takes the first number of each range, sorted and starting with 0, and each range's owner.
    init(starts: [Key], owners: [UInt32]) {
        var firsts: [Key] = []
        leaves.reserveCapacity(starts.count / Self.blockSize + 1)
        firsts.reserveCapacity(starts.count / Self.blockSize + 1)
        var place = 0
        while place < starts.count {
            let end = min(place + Self.blockSize, starts.count)
            // Places behind the last range repeat its owner: the highest number counts the filling keys, too.
            var leaf = Leaf(keys: KeyBlock(repeating: Key.max), owners: InlineArray(repeating: owners[end - 1]))
            for index in place..<end {
                leaf.keys[index - place] = starts[index]
                leaf.owners[index - place] = owners[index]
            }
            firsts.append(starts[place])
            leaves.append(leaf)
            place = end
        }
        addLevels(above: firsts)
    }

    /// Builds levels until one block is enough.
    private mutating func addLevels(above firsts: [Key]) {
        var keys = firsts
        while keys.count > 1 {
            let start = blocks.count
            var next: [Key] = []
            var place = 0
            while place < keys.count {
                let end = min(place + Self.blockSize, keys.count)
                var block = KeyBlock(repeating: Key.max)
                for index in place..<end { block[index - place] = keys[index] }
                next.append(keys[place])
                blocks.append(block)
                place = end
            }
            levels.insert(Level(start: start, count: keys.count), at: 0)
            keys = next
        }
    }

    /// The owner of the range that holds a number.
    func owner(of number: Key) -> UInt32 {
        var position = 0
        for level in levels {
            let found = blocks[level.start + position].count(notAbove: number)
            // The filling keys must not lead behind the level's end.
            position = min(position * Self.blockSize + found - 1, level.count - 1)
        }
        let leaf = leaves[position]
        return leaf.owners[max(leaf.keys.count(notAbove: number) - 1, 0)]
    }
}
