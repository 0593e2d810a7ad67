import SIPMessage
import ScriptEngine

/// Why a file of rules cannot be used.
struct RuleFileProblem: Error, Sendable, Equatable, CustomStringConvertible {
    let file: String
    let line: Int
    let reason: String

    var description: String { "\(file):\(line): \(reason)" }
}

/// Rules that say who may send to whom: lines `from : to`, each side a list of quoted regular expressions or `ALL`,
/// perhaps with `EXCEPT` and a list of exceptions.
///
///     ALL : "^sip:0900" EXCEPT "^sip:0900123@"
struct RuleFile: Sendable {
    /// One side of a rule.
    struct Side: Sendable {
        /// Nil is `ALL`.
        var expressions: [RegularExpression]?
        /// Nil is `ALL`.
        var exceptions: [RegularExpression]? = []

        func matches(_ text: ByteString) -> Bool {
            guard expressions?.contains(where: { $0.matches(text) }) ?? true, let exceptions else { return false }
            return !exceptions.contains { $0.matches(text) }
        }
    }

    /// A file with more rules is refused: each is compared with every message.
    static let ruleCountMax = 10_000

    private let rules: [(from: Side, to: Side)]

    /// No rule.
    init() { rules = [] }

    /// Reads the text of a file.
    init(_ bytes: [UInt8], name: String) throws(RuleFileProblem) {
        var rules: [(from: Side, to: Side)] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            var scanner = RuleScanner(ByteString(line).trimmed())
            guard !scanner.isAtEnd else { continue }
            do throws(ScriptError) {
                let from = try scanner.side()
                try scanner.expectColon()
                rules.append((from, try scanner.side()))
                guard scanner.isAtEnd else { throw ScriptError("there is more behind the rule") }
                guard rules.count <= Self.ruleCountMax else { throw ScriptError("there are too many rules") }
            } catch {
                throw RuleFileProblem(file: name, line: index + 1, reason: error.message)
            }
        }
        self.rules = rules
    }

    /// Whether a rule matches both addresses.
    func matches(from: ByteString, to: ByteString) -> Bool {
        rules.contains { $0.from.matches(from) && $0.to.matches(to) }
    }
}

/// Reads one line of a file of rules.
private struct RuleScanner {
    private var rest: ByteString

    init(_ line: ByteString) {
        rest = line
        skipBlanks()
    }

    /// Whether only a comment is left, or nothing.
    var isAtEnd: Bool { rest.isEmpty || rest.first == UInt8(ascii: "#") }

    mutating func side() throws(ScriptError) -> RuleFile.Side {
        var side = RuleFile.Side(expressions: try list())
        if takes("EXCEPT") { side.exceptions = try list() }
        return side
    }

    mutating func expectColon() throws(ScriptError) {
        guard takes(":") else { throw ScriptError("a colon is missing") }
    }

    /// A list of expressions; nil for `ALL`.
    private mutating func list() throws(ScriptError) -> [RegularExpression]? {
        if takes("ALL") { return nil }
        var expressions = [try expression()]
        while takes(",") { expressions.append(try expression()) }
        return expressions
    }

    private mutating func expression() throws(ScriptError) -> RegularExpression {
        guard rest.first == UInt8(ascii: "\"") else {
            throw ScriptError("a regular expression in quotes, or ALL, is missing")
        }
        let inner = rest.dropFirst()
        guard let end = inner.firstIndex(of: UInt8(ascii: "\"")) else { throw ScriptError("the quote is not closed") }
        let length = end - inner.range.lowerBound
        rest = inner.dropFirst(length + 1)
        skipBlanks()
        return try RegularExpression(inner.prefix(length), .ignoresCase)
    }

    private mutating func takes(_ word: String) -> Bool {
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        skipBlanks()
        return true
    }

    private mutating func skipBlanks() {
        while let first = rest.first, first == 0x20 || first == 0x09 || first == 0x0D { rest = rest.dropFirst() }
    }
}
