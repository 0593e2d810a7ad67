/// Finds the name that was probably meant.
enum NearestName {
    /// The candidate with the smallest number of changed letters, if that number is small for the length.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(name.utf8.map(\.lowercased))
        // Hostile input must not make the comparison slow; no name of the language is as long.
        guard letters.count >= 2, letters.count <= 64 else { return nil }
        let distanceMax = letters.count <= 3 ? 1 : letters.count <= 7 ? 2 : 3
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.utf8.map(\.lowercased))
            guard abs(other.count - letters.count) <= distanceMax else { continue }
            let distance = distance(letters, other)
            guard distance <= distanceMax, distance < other.count else { continue }
            if let best, (best.distance, best.name) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// `did you mean 'name'?`, or nil when no name is near.
    static func hint(_ name: String, among candidates: some Sequence<String>) -> String? {
        of(name, among: candidates).map { "did you mean '\($0)'?" }
    }

    /// Insertions, removals, replacements and swaps of neighbours between two names.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
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
        return previous[right.count]
    }
}
