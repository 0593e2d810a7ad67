/// A value that is known before anything runs.
enum ConstantValue: Equatable {
    case integer(Int32)
    case string(ScriptText)

    var integer: Int32 {
        switch self {
        case .integer(let value): value
        case .string(let text): Int32(text.string) ?? 0
        }
    }

    var text: ScriptText {
        switch self {
        case .integer(let value): ScriptText(String(value))
        case .string(let text): text
        }
    }

    static func truth(_ value: Bool) -> ConstantValue { .integer(value ? 1 : 0) }
}

extension Expression {
    /// The value of an expression of constants, as `case` labels need it; nil when there is none.
    var constant: ConstantValue? {
        switch kind {
        case .integer(let value): return .integer(value)
        case .string(let text): return .string(text)
        case .unary(let kind, let operand):
            guard let value = operand.constant else { return nil }
            return Self.apply(kind, value)
        case .binary(let kind, let left, let right):
            guard let left = left.constant, let right = right.constant else { return nil }
            return Self.apply(kind, left, right)
        case .choice(let condition, let then, let otherwise):
            guard let condition = condition.constant else { return nil }
            return condition.integer > 0 ? then.constant : otherwise.constant
        case .pseudoVariable, .select, .call, .assignment, .block, .legacy: return nil
        }
    }

    private static func apply(_ kind: UnaryOperator, _ value: ConstantValue) -> ConstantValue {
        switch kind {
        case .not: .truth(value.integer == 0)
        case .negate: .integer(0 &- value.integer)
        case .complement: .integer(~value.integer)
        case .defined: .integer(1)
        case .toInteger: .integer(value.integer)
        case .toString: .string(value.text)
        case .stringLength: .integer(Int32(truncatingIfNeeded: value.text.bytes.count))
        case .stringIsEmpty: .truth(value.text.bytes.isEmpty)
        }
    }

    private static func apply(_ kind: BinaryOperator, _ left: ConstantValue, _ right: ConstantValue) -> ConstantValue? {
        let (first, second) = (left.integer, right.integer)
        switch kind {
        case .or: return .truth(first > 0 || second > 0)
        case .and: return .truth(first > 0 && second > 0)
        case .bitOr: return .integer(first | second)
        case .bitAnd: return .integer(first & second)
        case .bitXor: return .integer(first ^ second)
        case .shiftLeft: return .integer(first &<< second)
        case .shiftRight: return .integer(first &>> second)
        case .equal, .notEqual:
            let isString = if case .string = left { true } else { false }
            let isEqual = isString ? left.text == right.text : first == second
            return .truth(isEqual == (kind == .equal))
        case .stringEqual: return .truth(left.text == right.text)
        case .stringNotEqual: return .truth(left.text != right.text)
        case .integerEqual: return .truth(first == second)
        case .integerNotEqual: return .truth(first != second)
        case .less: return .truth(first < second)
        case .greater: return .truth(first > second)
        case .lessOrEqual: return .truth(first <= second)
        case .greaterOrEqual: return .truth(first >= second)
        case .add:
            if case .string(let text) = left { return .string(ScriptText(bytes: text.bytes + right.text.bytes)) }
            return .integer(first &+ second)
        case .subtract: return .integer(first &- second)
        case .multiply: return .integer(first &* second)
        case .divide: return second == 0 ? nil : .integer(first.dividedReportingOverflow(by: second).partialValue)
        case .modulo:
            return second == 0 ? nil : .integer(first.remainderReportingOverflow(dividingBy: second).partialValue)
        case .match: return nil
        }
    }
}
