/// Finds the word that was probably meant.
package enum Suggestion {
    /// Longer words are not compared: they are not typing mistakes, and the cost grows with the square.
    private static let comparedLengthMax = 64

    /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours, when few enough.
    ///
    /// A candidate that begins with the word counts as near: `addr` finds `address`.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        guard !word.isEmpty, word.count <= comparedLengthMax else { return nil }
        let limit = max(1, word.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.count <= comparedLengthMax {
            let isPrefix = word.count >= 3 && candidate.hasPrefix(word)
            let steps = isPrefix ? 1 : distance(Array(word.lowercased().utf8), Array(candidate.lowercased().utf8))
            guard steps <= limit, steps < best?.distance ?? .max else { continue }
            best = (candidate, steps)
        }
        return best?.candidate
    }

    /// Optimal string alignment: three rows of the edit matrix are enough.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var twoAbove: [Int] = []
        var above = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = above[column] + (byte == other ? 0 : 1)
                var steps = min(replaced, above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    steps = min(steps, twoAbove[column - 1] + 1)
                }
                current.append(steps)
            }
            twoAbove = above
            above = current
        }
        return above[right.count]
    }
}
