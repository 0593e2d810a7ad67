import PatternMatchingModule
import SIPMessage
import ScriptEngine

/// One row of table dialplan: what it matches, and what it makes of it.
struct TranslationRule: Sendable {
    /// How the pattern is compared (Kamailio: `match_op`).
    enum Match: Int, Sendable {
        case equal, expression, filePattern
    }

    /// A row as it stands in the table.
    struct Row: Sendable, Equatable {
        var plan: Int
        var priority: Int
        var match: Int
        var pattern: ByteString
        var length: Int
        var substitution: ByteString
        var replacement: ByteString
        var attributes: ByteString
    }

    /// What a rule made of a text.
    struct Result: Sendable, Equatable {
        var output: ByteString
        var attributes: ByteString
    }

    /// A piece of the replacement.
    private enum Piece: Sendable {
        case text(ByteString)
        case group(Int)
    }

    let row: Row
    private let match: Match
    private let pattern: RegularExpression?
    private let substitution: (expression: RegularExpression, captures: [Int])?
    private let replacement: [Piece]

    /// Compiles a row.
    ///
    /// - Throws: `ScriptError` that says what is wrong with it.
    init(_ row: Row) throws(ScriptError) {
        self.row = row
        guard let match = Match(rawValue: row.match) else { throw ScriptError("match_op is \(row.match)") }
        self.match = match
        pattern = match == .expression ? try PerlPattern(row.pattern, ignoresCase: false).compiled() : nil
        if row.substitution.isEmpty {
            substitution = nil
        } else {
            let translated = try PerlPattern(row.substitution, ignoresCase: false)
            substitution = (try translated.compiled(), translated.captures)
        }
        replacement = Self.pieces(row.replacement)
        let groupMax = substitution?.captures.count ?? 0
        for case .group(let number) in replacement where number > groupMax {
            throw ScriptError("repl_exp '\(row.replacement)' has no group \(number)")
        }
    }

    private static func pieces(_ text: ByteString) -> [Piece] {
        var pieces: [Piece] = []
        var literal = ByteString()
        var isEscaped = false
        for byte in text.bytes {
            if isEscaped, (0x30...0x39).contains(byte) {
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ByteString()
                pieces.append(.group(Int(byte - 0x30)))
                isEscaped = false
            } else if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                literal.append(byte)
                isEscaped = false
            }
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        return pieces
    }

    /// Whether the rule is for a text.
    func matches(_ text: ByteString) -> Bool {
        guard row.length <= 0 || text.count == row.length else { return false }
        switch match {
        case .equal: return text == row.pattern
        case .expression: return pattern?.matches(text) ?? false
        case .filePattern: return ShellPattern.matches(text, row.pattern)
        }
    }

    /// The text after translation; nil when the substitution does not fit it.
    func translate(_ text: ByteString) -> Result? {
        guard let substitution else {
            let output = row.replacement.isEmpty ? text : row.replacement
            return Result(output: output, attributes: row.attributes)
        }
        guard
            let places = substitution.expression.firstMatch(in: text.bytes, groups: substitution.expression.groupCount),
            let whole = places.first ?? nil
        else { return nil }
        guard !replacement.isEmpty else { return Result(output: text, attributes: row.attributes) }
        var output = ByteString()
        for piece in replacement {
            switch piece {
            case .text(let literal): output += literal
            case .group(0): output += ByteString(text.bytes[whole])
            case .group(let number):
                let group = substitution.captures[number - 1]
                if places.indices.contains(group), let range = places[group] { output += ByteString(text.bytes[range]) }
            }
        }
        return Result(output: output, attributes: row.attributes)
    }
}

/// A pattern of the shell: `*` for any text, `?` for any byte.
enum ShellPattern {
    /// Whether all of a text matches.
    static func matches(_ text: ByteString, _ pattern: ByteString) -> Bool {
        let (text, pattern) = (text.array, pattern.array)
        var (position, place) = (0, 0)
        var restart: (position: Int, place: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                restart = (position, place)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let saved = restart {
                restart = (saved.position + 1, saved.place)
                position = saved.position + 1
                place = saved.place + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// All plans: an immutable set that a reload replaces as a whole.
struct TranslationPlans: Sendable {
    private let plans: [Int: [TranslationRule]]

    /// Sorts rules into their plans: by priority, and among equals in the order of the table.
    init(_ rules: [TranslationRule]) {
        var plans: [Int: [TranslationRule]] = [:]
        for rule in rules { plans[rule.row.plan, default: []].append(rule) }
        self.plans = plans.mapValues { rules in
            rules.enumerated().sorted { ($0.element.row.priority, $0.offset) < ($1.element.row.priority, $1.offset) }
                .map(\.element)
        }
    }

    /// The rules of a plan, or nil when there is no such plan.
    subscript(plan: Int) -> [TranslationRule]? { plans[plan] }

    /// What the first rule that is for a text makes of it.
    func translate(_ text: ByteString, plan: Int) -> TranslationRule.Result? {
        plans[plan]?.first { $0.matches(text) }?.translate(text)
    }
}
