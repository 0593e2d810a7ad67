import SIPMessage
import ScriptSyntax

/// What the operators of expressions do with values; the same for constants at start and for messages.
enum Operators {
    /// An operation on two integers, wrapped to 32 bits; nil for a division by zero.
    static func integer(_ operation: BinaryOperator, _ left: Int, _ right: Int) -> Int? {
        let a = Int32(truncatingIfNeeded: left)
        let b = Int32(truncatingIfNeeded: right)
        switch operation {
        case .add: return Int(a &+ b)
        case .subtract: return Int(a &- b)
        case .multiply: return Int(a &* b)
        case .divide: return b == 0 ? nil : Int(a.dividedReportingOverflow(by: b).partialValue)
        case .modulo: return b == 0 ? nil : Int(a.remainderReportingOverflow(dividingBy: b).partialValue)
        case .bitOr: return Int(a | b)
        case .bitAnd: return Int(a & b)
        case .bitXor: return Int(a ^ b)
        // The processor takes the shift modulo 32, and Kamailio leaves it to the processor.
        case .shiftLeft: return Int(a &<< b)
        case .shiftRight: return Int(a &>> b)
        case .less: return a < b ? 1 : 0
        case .greater: return a > b ? 1 : 0
        case .lessOrEqual: return a <= b ? 1 : 0
        case .greaterOrEqual: return a >= b ? 1 : 0
        case .equal, .integerEqual: return a == b ? 1 : 0
        case .notEqual, .integerNotEqual: return a != b ? 1 : 0
        case .or: return a != 0 || b != 0 ? 1 : 0
        case .and: return a != 0 && b != 0 ? 1 : 0
        case .match, .stringEqual, .stringNotEqual: return nil
        }
    }

    /// `left == right`: the type of the left operand decides; an undefined one takes the type of the right.
    static func equal(_ left: ScriptValue, _ right: ScriptValue) -> Bool {
        switch (left, right) {
        case (.integer(let a), _): a == right.number
        case (.null, .integer(let b)): b == 0
        case (.string(let a), .string(let b)), (.string(let a), .both(_, let b)), (.both(_, let a), .string(let b)):
            a == b
        case (.null, _), (.string, _), (.both, _): left.text == right.text
        }
    }

    /// `left + right`: adds when the left operand is an integer, joins texts otherwise.
    static func add(_ left: ScriptValue, _ right: ScriptValue) -> ScriptValue {
        if case .integer(let a) = left { return .wrapped(a &+ right.number) }
        return .string(left.text + right.text)
    }
}
