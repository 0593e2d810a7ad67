/// An extended regular expression of `#!subst` (POSIX syntax; the first alternative that fits wins).
///
/// Matching goes back and forth, so it is given a budget of steps; what exceeds it fails with nil.
struct SubstitutionPattern {
    indirect enum Node {
        case set(Set<UInt8>)
        case start
        case end
        case group(Node, Int)
        case sequence([Node])
        case alternatives([Node])
        case repetition(Node, min: Int, max: Int)
    }

    struct Match {
        /// The whole match and the groups; nil when there is none.
        var groups: [Range<Int>?]?
    }

    /// Steps for a text of its length that are more than any sensible pattern needs.
    private static let stepsMax = 200_000
    private static let stepsPerByteMax = 50
    private static let nestingMax = 500

    private let root: Node
    private let groupCount: Int

    init(_ text: [UInt8], ignoresCase: Bool) throws(DirectiveExpression.Failure) {
        var parser = SubstitutionPatternParser(text, ignoresCase: ignoresCase)
        root = try parser.parse()
        groupCount = parser.groupCount
    }

    /// The first match from a position on; nil when looking for it costs too much.
    func firstMatch(in text: [UInt8], from start: Int) -> Match? {
        var matcher = Matcher(text: text, groups: Array(repeating: nil, count: groupCount + 1))
        for position in start...text.count {
            var end: Int?
            let isMatch = matcher.match(root, position) { _, last in
                end = last
                return true
            }
            guard !matcher.isExhausted else { return nil }
            if isMatch, let end {
                matcher.groups[0] = position..<end
                return Match(groups: matcher.groups)
            }
        }
        return Match(groups: nil)
    }

    private struct Matcher {
        let text: [UInt8]
        var groups: [Range<Int>?]
        /// What is left of the budget.
        var steps: Int
        var nesting = 0

        init(text: [UInt8], groups: [Range<Int>?]) {
            self.text = text
            self.groups = groups
            steps = SubstitutionPattern.stepsMax + SubstitutionPattern.stepsPerByteMax * text.count
        }

        var isExhausted: Bool { steps <= 0 }

        typealias Next = (inout Matcher, Int) -> Bool

        mutating func match(_ node: Node, _ position: Int, _ next: Next) -> Bool {
            steps -= 1
            nesting += 1
            defer { nesting -= 1 }
            if nesting > SubstitutionPattern.nestingMax { steps = 0 }
            guard !isExhausted else { return false }
            switch node {
            case .set(let set):
                return position < text.count && set.contains(text[position]) && next(&self, position + 1)
            case .start: return position == 0 && next(&self, position)
            case .end: return position == text.count && next(&self, position)
            case .group(let inner, let index):
                let old = groups[index]
                if match(
                    inner, position,
                    { matcher, end in
                        let previous = matcher.groups[index]
                        matcher.groups[index] = position..<end
                        if next(&matcher, end) { return true }
                        matcher.groups[index] = previous
                        return false
                    })
                {
                    return true
                }
                groups[index] = old
                return false
            case .sequence(let nodes): return matchSequence(nodes[...], position, next)
            case .alternatives(let nodes):
                for node in nodes where match(node, position, next) { return true }
                return false
            case .repetition(let inner, let min, let max):
                if case .set(let set) = inner { return matchRun(set, position, min, max, next) }
                return matchRepetition(inner, position, min, max, next)
            }
        }

        private mutating func matchSequence(_ nodes: ArraySlice<Node>, _ position: Int, _ next: Next) -> Bool {
            guard let first = nodes.first else { return next(&self, position) }
            return match(first, position) { matcher, end in
                matcher.matchSequence(nodes.dropFirst(), end, next)
            }
        }

        /// Repeated single bytes, the common case, need no recursion.
        private mutating func matchRun(
            _ set: Set<UInt8>, _ position: Int, _ min: Int, _ max: Int, _ next: Next
        ) -> Bool {
            var count = 0
            while count < max, position + count < text.count, set.contains(text[position + count]) { count += 1 }
            while count >= min {
                steps -= 1
                guard !isExhausted else { return false }
                if next(&self, position + count) { return true }
                count -= 1
            }
            return false
        }

        private mutating func matchRepetition(
            _ node: Node, _ position: Int, _ min: Int, _ max: Int, _ next: Next
        ) -> Bool {
            if max > 0 {
                let isMatch = match(node, position) { matcher, end in
                    // A round that took nothing would be followed by rounds without end.
                    end > position && matcher.matchRepetition(node, end, min - 1, max - 1, next)
                }
                if isMatch { return true }
            }
            return min <= 0 && next(&self, position)
        }
    }
}
