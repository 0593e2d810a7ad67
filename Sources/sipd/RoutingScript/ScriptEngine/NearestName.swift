/// Finds the known name that somebody meant who wrote an unknown one.
package enum NearestName {
    /// The closest candidate, or nil when none is close: a third of the letters may differ.
    ///
    /// Candidates of equal distance are told apart by the alphabet, so that messages are stable.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let word = Array(name.utf8.prefix(64))
        let limit = max(1, word.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let other = Array(candidate.utf8)
            guard abs(other.count - word.count) <= limit else { continue }
            let found = distance(word, other)
            guard found <= limit else { continue }
            if let current = best, (current.distance, current.name) <= (found, candidate) { continue }
            best = (candidate, found)
        }
        return best?.name
    }

    /// Letters to insert, remove, exchange or swap with their neighbour to get from one word to the other.
    private static func distance(_ from: [UInt8], _ to: [UInt8]) -> Int {
        guard !from.isEmpty, !to.isEmpty else { return max(from.count, to.count) }
        var beforePrevious: [Int] = []
        var previous = Array(0...to.count)
        for row in 1...from.count {
            var current = [row]
            for column in 1...to.count {
                let exchange = previous[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1)
                var cost = min(previous[column] + 1, current[column - 1] + 1, exchange)
                if row > 1, column > 1, from[row - 1] == to[column - 2], from[row - 2] == to[column - 1] {
                    cost = min(cost, beforePrevious[column - 2] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[to.count]
    }
}
