import SIPMessage
import ScriptEngine

/// The condition of `avp_check()`: `eq/alice/i`, `gt/i:5`, `re/^sip:/g`, `and/i:4`.
struct AttributeCheck: Sendable {
    /// How a value is compared.
    enum Operation: String, Sendable {
        case equal = "eq"
        case different = "ne"
        case less = "lt"
        case lessOrEqual = "le"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case expression = "re"
        case pattern = "fm"
        case and
        case or
        case xor
    }

    private let operation: Operation
    private let operand: Operand
    private let ignoresCase: Bool
    /// Whether all values are looked at, not only the newest.
    let looksAtAll: Bool

    private enum Operand: Sendable {
        case number(Int)
        case text(ByteString)
        case attribute(ByteString)
        case expression(RegularExpression)
    }

    /// Reads a condition.
    init(_ argument: Argument) throws(ScriptError) {
        let source = argument.source
        guard let slash = source.firstIndex(of: UInt8(ascii: "/")),
            let operation = Operation(rawValue: ByteString(source.bytes[..<slash]).trimmed().string)
        else {
            throw ScriptError(
                "'\(source)' is no condition", hint: "write eq, ne, lt, le, gt, ge, re, fm, and, or, xor and a slash")
        }
        var rest = ByteString(source.bytes[(slash + 1)...])
        var flags = ByteString()
        if let last = rest.lastIndex(of: UInt8(ascii: "/")) {
            let tail = ByteString(rest.bytes[(last + 1)...])
            if tail.bytes.allSatisfy({ $0 == UInt8(ascii: "g") || $0 == UInt8(ascii: "i") }) {
                flags = tail
                rest = ByteString(rest.bytes[..<last])
            }
        }
        self.operation = operation
        ignoresCase = flags.contains(UInt8(ascii: "i"))
        looksAtAll = flags.contains(UInt8(ascii: "g"))
        operand = try Self.operand(rest, operation, ignoresCase)
    }

    private static func operand(
        _ text: ByteString, _ operation: Operation, _ ignoresCase: Bool
    ) throws(ScriptError) -> Operand {
        if operation == .expression {
            return .expression(try RegularExpression(text, ignoresCase ? .ignoresCase : []))
        }
        if text.hasPrefix("$avp(") || text.hasPrefix("$(avp(") {
            return .attribute(try AttributeReference.attribute(text))
        }
        if text.hasPrefix("i:") {
            guard let number = text.dropFirst(2).integerValue else { throw ScriptError("'\(text)' is no number") }
            return .number(number)
        }
        guard !text.hasPrefix("$") else { throw ScriptError("'\(text)' is no $avp(name)") }
        return .text((text.hasPrefix("s:") ? text.dropFirst(2) : text).compacted())
    }

    /// Whether a value satisfies the condition; values of another type than the operand's never do.
    func isSatisfied(by value: ScriptValue, in context: ScriptContext) -> Bool {
        switch operand {
        case .expression(let expression): return expression.matches(value.text)
        case .number(let number): return compare(value, .integer(number))
        case .text(let text): return compare(value, .string(text))
        case .attribute(let name):
            guard let other = context.attributes.values[name]?.last else { return false }
            return compare(value, other)
        }
    }

    private func compare(_ left: ScriptValue, _ right: ScriptValue) -> Bool {
        switch (left, right) {
        case (.integer(let first), .integer(let second)): compare(first, second)
        case (.string(let first), .string(let second)): compare(first, second)
        default: false
        }
    }

    private func compare(_ first: Int, _ second: Int) -> Bool {
        switch operation {
        case .equal: first == second
        case .different: first != second
        case .less: first < second
        case .lessOrEqual: first <= second
        case .greater: first > second
        case .greaterOrEqual: first >= second
        case .and: first & second != 0
        case .or: first | second != 0
        case .xor: first ^ second != 0
        case .expression, .pattern: false
        }
    }

    private func compare(_ first: ByteString, _ second: ByteString) -> Bool {
        let (first, second) = ignoresCase ? (first.lowercased(), second.lowercased()) : (first, second)
        switch operation {
        case .equal: return first == second
        case .different: return first != second
        case .less: return first < second
        case .lessOrEqual: return first < second || first == second
        case .greater: return second < first
        case .greaterOrEqual: return second < first || first == second
        case .pattern: return FilePattern.matches(first, second)
        case .and, .or, .xor, .expression: return false
        }
    }
}

/// A pattern of the shell: `*` for any text, `?` for any byte.
enum FilePattern {
    /// Whether all of a text matches, in time that grows with the product of both lengths at most.
    static func matches(_ text: ByteString, _ pattern: ByteString) -> Bool {
        let text = text.array
        let pattern = pattern.array
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
