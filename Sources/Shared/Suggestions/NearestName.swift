/// Finds the known name that somebody meant who wrote an unknown one.
package enum NearestName {
    /// A longer name is no typing mistake, and the cost of the comparison grows with the square.
    private static let comparedLengthMax = 64

    /// The nearest candidate, or nil when none is near enough to be worth a word.
    ///
    /// Case and separators do not count (`ul_dump` is `ul.dump`), and the part after the last dot alone suffices
    /// (`addressReload`). Otherwise `limit` mistakes are forgiven, by default one in three letters. When nothing is
    /// as near, a candidate that begins with the name is taken: `addr` finds `address`. Candidates of equal distance
    /// are told apart by the alphabet, so that messages are stable.
    package static func of(_ name: String, among candidates: some Sequence<String>, limit: Int? = nil) -> String? {
        guard name.utf8.count <= comparedLengthMax else { return nil }
        let typed = folded(name)
        // A single letter is near to every name of two.
        guard typed.count >= 2 else { return nil }
        let limit = limit ?? max(1, typed.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            guard let distance = distance(from: typed, to: candidate, limit) else { continue }
            if let best, best <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// `did you mean 'name'?`, or nil when no name is near.
    package static func hint(_ name: String, among candidates: some Sequence<String>, limit: Int? = nil) -> String? {
        of(name, among: candidates, limit: limit).map { "did you mean '\($0)'?" }
    }

    private static func distance(from typed: [UInt8], to candidate: String, _ limit: Int) -> Int? {
        let whole = folded(candidate)
        var found = distance(typed, whole, limit)
        if let dot = candidate.lastIndex(of: "."),
            // The last part alone is a weaker match than the whole name at the same distance.
            let last = distance(typed, folded(String(candidate[dot...])), limit - 1)
        {
            found = min(found ?? .max, last + 1)
        }
        if let found { return found }
        return typed.count >= 3 && whole.starts(with: typed) ? limit + 1 : nil
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

    /// Insertions, removals, replacements and swaps of neighbours that turn one into the other, if few enough.
    private static func distance(_ left: [UInt8], _ right: [UInt8], _ limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(previous[column + 1], current[column]) + 1
                cost = min(cost, previous[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        let distance = previous[right.count]
        return distance <= limit && distance < right.count ? distance : nil
    }
}
