import SIPMessage
import ScriptSyntax

/// Computes at start what does not depend on the message.
///
/// Folding is part of the language: `f() || 0` becomes `f()`, whose value is the code of the function, where
/// `f() || $var(zero)` is 0 or 1. So exactly those cases are folded that Kamailio folds.
enum ConstantFolding {
    static func unary(_ operation: UnaryOperator, _ operand: Node, _ range: SourceRange) -> Node? {
        guard let value = operand.constant else { return nil }
        return .constant(evaluate(operation, value), range)
    }

    static func binary(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ range: SourceRange) -> Node? {
        if let a = left.constant, let b = right.constant {
            return evaluate(operation, a, b).map { .constant($0, range) }
        }
        if let constant = right.constantInteger { return fold(operation, left, rightConstant: constant, range) }
        if let constant = left.constantInteger { return fold(operation, right, leftConstant: constant, range) }
        if operation == .equal, case .string(let text)? = right.constant, text.isEmpty {
            // Not the same as comparing: a 0 has the text "0", which is not empty, but "" counts as 0 in a comparison.
            return Node(.unary(.stringIsEmpty, left), .integer, range)
        }
        return nil
    }

    static func evaluate(_ operation: UnaryOperator, _ value: ScriptValue) -> ScriptValue {
        switch operation {
        case .not: .integer(value.number == 0 ? 1 : 0)
        case .negate: .wrapped(0 &- value.number)
        case .complement: .wrapped(~value.number)
        case .defined: .integer(value.isNull ? 0 : 1)
        case .toInteger: .integer(value.number)
        case .toString: .string(value.text)
        case .stringLength: .integer(value.text.count)
        case .stringIsEmpty: .integer(value.text.isEmpty ? 1 : 0)
        }
    }

    /// The value of an operation on two values; nil when it fails or needs a regular expression.
    static func evaluate(_ operation: BinaryOperator, _ left: ScriptValue, _ right: ScriptValue) -> ScriptValue? {
        switch operation {
        case .add: Operators.add(left, right)
        case .equal: .integer(Operators.equal(left, right) ? 1 : 0)
        case .notEqual: .integer(Operators.equal(left, right) ? 0 : 1)
        case .stringEqual: .integer(left.text == right.text ? 1 : 0)
        case .stringNotEqual: .integer(left.text == right.text ? 0 : 1)
        case .match: nil
        case .or, .and, .bitOr, .bitAnd, .bitXor, .shiftLeft, .shiftRight, .integerEqual, .integerNotEqual, .less,
            .greater, .lessOrEqual, .greaterOrEqual, .subtract, .multiply, .divide, .modulo:
            Operators.integer(operation, left.number, right.number).map { .integer($0) }
        }
    }

    private static func fold(
        _ operation: BinaryOperator, _ operand: Node, rightConstant constant: Int, _ range: SourceRange
    ) -> Node? {
        switch (operation, constant) {
        case (.subtract, 0), (.divide, 1): asInteger(operand)
        case (.modulo, 1): .constant(.integer(0), range)
        case (.add, 0): operand.type == .integer ? operand : nil
        default: foldEitherSide(operation, operand, constant, range)
        }
    }

    private static func fold(
        _ operation: BinaryOperator, _ operand: Node, leftConstant constant: Int, _ range: SourceRange
    ) -> Node? {
        switch (operation, constant) {
        case (.subtract, 0): Node(.unary(.negate, operand), .integer, range)
        case (.divide, 0), (.modulo, 0): .constant(.integer(0), range)
        case (.add, 0): asInteger(operand)
        default: foldEitherSide(operation, operand, constant, range)
        }
    }

    private static func foldEitherSide(
        _ operation: BinaryOperator, _ operand: Node, _ constant: Int, _ range: SourceRange
    ) -> Node? {
        switch (operation, constant) {
        case (.or, 0), (.and, 1), (.bitOr, 0), (.multiply, 1): asInteger(operand)
        case (.or, _): .constant(.integer(1), range)
        case (.and, 0), (.bitAnd, 0), (.multiply, 0): .constant(.integer(0), range)
        default: nil
        }
    }

    /// The operand in place of the whole operation, which was an integer.
    private static func asInteger(_ operand: Node) -> Node {
        operand.type == .integer ? operand : Node(.unary(.toInteger, operand), .integer, operand.range)
    }
}
