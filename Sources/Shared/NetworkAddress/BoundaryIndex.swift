/// Finds the last of many sorted numbers that is not above a given one.
///
/// A search tree without pointers: each level holds every sixteenth key of the level below, and a search counts,
/// level by level, the keys of one block of sixteen that are not above the number. A block of 32-bit keys is a cache
/// line, and the upper levels stay in the cache, so a million keys cost two or three misses.
struct BoundaryIndex<Key: FixedWidthInteger & Sendable>: Sendable {
    /// The sorted keys, then every sixteenth of them, and so on up to a level of at most sixteen.
    private var keys: [Key]
    /// Where each level starts in `keys`, from the top.
    private var levelStarts: [Int]
    private var levelCounts: [Int]

    private static var blockSize: Int { 16 }

    /// Takes the keys, which must be sorted and without duplicates.
    init(sorted: [Key]) {
        keys = sorted
        var starts = [0]
        var counts = [sorted.count]
        while let count = counts.last, let start = starts.last, count > Self.blockSize {
            var index = 0
            starts.append(keys.count)
            while index < count {
                keys.append(keys[start + index])
                index += Self.blockSize
            }
            counts.append(keys.count - (start + count))
        }
        levelStarts = starts.reversed()
        levelCounts = counts.reversed()
    }

    /// The index of the last key that is not above the number, or nil if all are.
    func lastIndex(notAbove number: Key) -> Int? {
        var block = 0
        var level = 0
        let keys = keys.span
        while level < levelStarts.count {
            let first = levelStarts[level] + block * Self.blockSize
            let end = min(first + Self.blockSize, levelStarts[level] + levelCounts[level])
            var found = 0
            var index = first
            while index < end {
                found += keys[index] <= number ? 1 : 0
                index += 1
            }
            // Only the top level can have none: below, the block's first key is the one chosen above.
            if found == 0 { return nil }
            block = block * Self.blockSize + found - 1
            level += 1
        }
        return levelCounts.isEmpty ? nil : block
    }
}
