/// Evaluates the expressions of `#!ifexp` and `#!defexp`, which Kamailio has since 5.7.
///
/// A name that is not defined is 0, one without a value 1; a number is a number and everything else is a string,
/// without its quotes. The left operand says whether numbers or strings are compared or added.
/// - Note: DIFFERS: in Kamailio also `#!define X 5` gives a string, so that `X + 1` is "51" and `X < 10` false.
struct DirectiveExpression {
    enum Value: Equatable {
        case number(Double)
        case string(String)

        var isTrue: Bool {
            switch self {
            case .number(let number): number != 0
            case .string(let text): !text.isEmpty
            }
        }

        /// The value as the text of a definition.
        var text: String {
            switch self {
            case .number(let number): Int64(exactly: number).map(String.init) ?? String(number)
            case .string(let text): text
            }
        }

        var number: Double {
            switch self {
            case .number(let number): number
            case .string(let text): Double(text) ?? 0
            }
        }
    }

    struct Failure: Error {
        var message: String
    }

    private let bytes: [UInt8]
    private let defines: [String: Preprocessor.Definition]
    private var index = 0
    private var depth = 0

    static func value(
        of text: [UInt8], defines: [String: Preprocessor.Definition]
    ) throws(Failure) -> Value {
        var expression = DirectiveExpression(bytes: text, defines: defines)
        let value = try expression.binary(level: 0)
        expression.skipBlanks()
        guard expression.index == text.count else {
            let rest = String(decoding: text[expression.index...], as: UTF8.self)
            throw Failure(message: "'\(rest.shortened)' is not expected in the expression")
        }
        return value
    }

    private init(bytes: [UInt8], defines: [String: Preprocessor.Definition]) {
        self.bytes = bytes
        self.defines = defines
    }

    // Loosest first; of operators with a common start the longer one stands first.
    private static let levels: [[String]] = [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<=", ">=", "<", ">"], ["<<", ">>"], ["+", "-"],
        ["**", "*", "/", "%"],
    ]

    private mutating func binary(level: Int) throws(Failure) -> Value {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level: level + 1)
        while let symbol = readOperator(Self.levels[level]) {
            let right = try binary(level: level + 1)
            left = try Self.apply(symbol, left, right)
        }
        return left
    }

    private mutating func readOperator(_ symbols: [String]) -> String? {
        skipBlanks()
        for symbol in symbols where bytes[index...].starts(with: symbol.utf8) {
            let next = index + symbol.utf8.count < bytes.count ? bytes[index + symbol.utf8.count] : 0
            // `|` is not the start of `||`, nor `<` that of `<<`.
            if symbol.utf8.count == 1, "|&<>".utf8.contains(bytes[index]), next == bytes[index] { continue }
            index += symbol.utf8.count
            return symbol
        }
        return nil
    }

    private mutating func unary() throws(Failure) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ScriptLimits.nestingMax else { throw Failure(message: "the expression is nested too deep") }
        skipBlanks()
        guard index < bytes.count else { throw Failure(message: "the expression has an operand too few") }
        switch bytes[index] {
        case UInt8(ascii: "!"):
            index += 1
            return .number(try unary().isTrue ? 0 : 1)
        case UInt8(ascii: "-"):
            index += 1
            return .number(-(try unary().number))
        case UInt8(ascii: "^"):
            index += 1
            return .number(Double(~Self.integer(try unary())))
        case UInt8(ascii: "("):
            index += 1
            let value = try binary(level: 0)
            skipBlanks()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ")") else {
                throw Failure(message: "')' is missing in the expression")
            }
            index += 1
            return value
        default:
            return try primary()
        }
    }

    private mutating func primary() throws(Failure) -> Value {
        let byte = bytes[index]
        if byte == .doubleQuote || byte == .singleQuote {
            guard let end = bytes[(index + 1)...].firstIndex(of: byte) else {
                throw Failure(message: "a string in the expression has no closing quote")
            }
            defer { index = end + 1 }
            return .string(String(decoding: bytes[(index + 1)..<end], as: UTF8.self))
        }
        let end = bytes[index...].firstIndex { !$0.isWord && $0 != UInt8(ascii: ".") } ?? bytes.count
        let word = String(decoding: bytes[index..<end], as: UTF8.self)
        guard !word.isEmpty else {
            let rest = String(decoding: bytes[index...], as: UTF8.self)
            throw Failure(message: "'\(rest.shortened)' is not expected in the expression")
        }
        index = end
        if byte.isDigit {
            guard let number = Self.number(word) else { throw Failure(message: "'\(word.shortened)' is no number") }
            return .number(number)
        }
        return value(ofName: word)
    }

    private func value(ofName name: String) -> Value {
        guard let definition = defines[name] else { return .number(0) }
        guard let bytes = definition.text else { return .number(1) }
        let text = String(decoding: bytes, as: UTF8.self)
        if let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote {
            return .string(String(text.dropFirst().dropLast()))
        }
        return Self.number(text).map { .number($0) } ?? .string(text)
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index].isBlank { index += 1 }
    }

    private static func number(_ text: String) -> Double? {
        guard text.utf8.first?.isDigit == true || text.hasPrefix("-") else { return nil }
        if let value = Preprocessor.integer(text) { return Double(value) }
        return text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
            ? Double(text) : nil
    }

    private static func integer(_ value: Value) -> Int64 {
        Int64(exactly: value.number.rounded(.towardZero)) ?? 0
    }

    private static func apply(_ symbol: String, _ left: Value, _ right: Value) throws(Failure) -> Value {
        switch symbol {
        case "||": return .number(left.isTrue || right.isTrue ? 1 : 0)
        case "&&": return .number(left.isTrue && right.isTrue ? 1 : 0)
        case "==", "!=", "<", ">", "<=", ">=": return .number(compare(symbol, left, right) ? 1 : 0)
        case "+":
            if case .string(let text) = left {
                guard text.utf8.count + right.text.utf8.count <= 65536 else {
                    throw Failure(message: "the value of the expression is too long")
                }
                return .string(text + right.text)
            }
            return .number(left.number + right.number)
        case "-": return .number(left.number - right.number)
        case "*": return .number(left.number * right.number)
        case "**": return .number(power(left.number, integer(right)))
        case "/", "%":
            guard right.number != 0 else { throw Failure(message: "division by zero in the expression") }
            if symbol == "/" { return .number(left.number / right.number) }
            return .number(left.number.truncatingRemainder(dividingBy: right.number))
        case "<<": return .number(Double(integer(left) << integer(right)))
        case ">>": return .number(Double(integer(left) >> integer(right)))
        case "&": return .number(Double(integer(left) & integer(right)))
        case "|": return .number(Double(integer(left) | integer(right)))
        default: return .number(Double(integer(left) ^ integer(right)))
        }
    }

    private static func compare(_ symbol: String, _ left: Value, _ right: Value) -> Bool {
        let isLess: Bool
        let isEqual: Bool
        if case .string(let text) = left {
            isLess = text.utf8.lexicographicallyPrecedes(right.text.utf8)
            isEqual = text == right.text
        } else {
            isLess = left.number < right.number
            isEqual = left.number == right.number
        }
        switch symbol {
        case "==": return isEqual
        case "!=": return !isEqual
        case "<": return isLess
        case ">": return !isLess && !isEqual
        case "<=": return isLess || isEqual
        default: return !isLess
        }
    }

    private static func power(_ base: Double, _ exponent: Int64) -> Double {
        var result = 1.0
        // Doubles reach infinity or zero long before.
        for _ in 0..<min(exponent.magnitude, 2048) { result *= base }
        return exponent < 0 ? 1 / result : result
    }
}
