/// Finds the name that a mistyped one was probably meant to be.
package enum NearestName {
    /// The nearest candidate, or nil when none is near enough to be worth a word.
    ///
    /// Case and separators do not count (`ul_dump` is `ul.dump`), the part after the dot alone suffices
    /// (`addressReload`), and otherwise one mistake in three letters is forgiven.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        let typed = folded(name)
        // A name longer than this is no typing mistake, and the distance is quadratic.
        guard !typed.isEmpty, typed.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates.sorted() {
            let distance = distance(from: typed, to: candidate)
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        guard let best, best.distance <= max(1, typed.count / 3) else { return nil }
        return best.name
    }

    private static func distance(from typed: [UInt8], to candidate: String) -> Int {
        let whole = editDistance(typed, folded(candidate))
        guard let dot = candidate.lastIndex(of: ".") else { return whole }
        // The last part alone is a weaker match than the whole name at the same distance.
        return min(whole, editDistance(typed, folded(String(candidate[dot...]))) + 1)
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "): nil
            default: byte
            }
        }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, leftByte) in left.enumerated() {
            var current = [row + 1]
            for (column, rightByte) in right.enumerated() {
                var cost = min(current[column] + 1, last[column + 1] + 1)
                cost = min(cost, last[column] + (leftByte == rightByte ? 0 : 1))
                if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
