import SIPMessage
import ScriptEngine

/// How names or values of items are compared.
enum ItemCondition: Sendable {
    case equals(ByteString)
    case differs(ByteString)
    case startsWith(ByteString)
    case endsWith(ByteString)
    case contains(ByteString)
    case matches(RegularExpression)
    case isNumber(Int)

    /// The condition of an operator of `sht_rm_name()` and its relatives; nil when there is no such operator.
    ///
    /// - Throws: when a regular expression is wrong.
    init?(operation: ByteString, _ operand: ByteString) throws(ScriptError) {
        switch operation.string {
        case "eq": self = .equals(operand)
        case "ne": self = .differs(operand)
        case "sw": self = .startsWith(operand)
        case "ew": self = .endsWith(operand)
        case "in": self = .contains(operand)
        case "re", "rm": self = .matches(try RegularExpression(operand))
        default: return nil
        }
    }

    /// The condition of `$shtcn()` and `$shtcv()`: `~~expression`, `~^start`, `~%end`, `==text`, `eqnumber` (values
    /// only), anything else is an expression.
    init(counting text: ByteString, numbers: Bool) throws(ScriptError) {
        if text.hasPrefix("~~") {
            self = .matches(try RegularExpression(text.dropFirst(2)))
        } else if text.hasPrefix("~^") {
            self = .startsWith(text.dropFirst(2))
        } else if text.hasPrefix("~%") {
            self = .endsWith(text.dropFirst(2))
        } else if text.hasPrefix("==") {
            self = .equals(text.dropFirst(2))
        } else if numbers, text.hasPrefix("eq"), let number = text.dropFirst(2).integerValue {
            self = .isNumber(number)
        } else {
            self = .matches(try RegularExpression(text))
        }
    }

    /// Whether a name satisfies the condition.
    func isSatisfied(by text: ByteString) -> Bool {
        switch self {
        case .equals(let other): text == other
        case .differs(let other): text != other
        case .startsWith(let other): text.hasPrefix(other)
        case .endsWith(let other): text.hasSuffix(other)
        case .contains(let other): text.range(of: other) != nil
        case .matches(let expression): expression.matches(text)
        case .isNumber: false
        }
    }

    /// Whether a value satisfies the condition; a number only satisfies `eqnumber`.
    func isSatisfied(by value: HashTableValue) -> Bool {
        switch (value, self) {
        case (.string(let text), _): isSatisfied(by: text)
        case (.integer(let number), .isNumber(let other)): number == other
        case (.integer, _): false
        }
    }
}
