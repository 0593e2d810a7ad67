import SIPMessage
import ScriptSyntax

extension RouteCompiler {
    /// Emits code that leaves the expression's integer in the accumulator.
    mutating func emitInteger(_ node: Node) {
        switch node.kind {
        case .constant(let value): builder.emit(.setAccumulator, Int32(truncatingIfNeeded: value.number))
        case .null: builder.emit(.setAccumulator, 0)
        case .variable(let variable): builder.emit(.loadVariable, builder.variable(variable))
        case .action(let action):
            emitAction(action, inExpression: true)
            builder.emit(.collapse)
        case .unary(let operation, let operand): emitUnary(operation, operand)
        case .binary(let operation, let left, let right): emitBinary(operation, left, right)
        case .matchConstant(let operand, let expression):
            emitValue(operand)
            builder.emit(.match, builder.expression(expression))
            popValues(1)
        case .choice(let condition, let then, let otherwise):
            emitChoice(condition) {
                $0.emitInteger(then)
            } otherwise: {
                $0.emitInteger(otherwise)
            }
        case .legacy(let test): builder.emit(.legacy, builder.comparison(test))
        case .legacyWith(let operand, let test):
            emitValue(operand)
            builder.emit(.legacyWith, builder.comparison(test))
            popValues(1)
        }
    }

    /// Emits code for a condition, which only asks whether the value is positive.
    mutating func emitCondition(_ node: Node) {
        guard case .action(let action) = node.kind else { return emitInteger(node) }
        emitAction(action, inExpression: true)
    }

    /// Emits code that leaves the expression's value on the value stack, as an operand: codes are 0 or 1.
    mutating func emitValue(_ node: Node) {
        switch node.kind {
        case .constant(let value): pushConstant(value)
        case .null: pushConstant(.null)
        case .variable(let variable):
            builder.emit(.pushVariable, builder.variable(variable))
            depth.values += 1
        case .unary(.toString, let operand):
            emitValue(operand)
            builder.emit(.makeText)
        case .binary(.add, let left, let right) where left.type != .integer:
            emitValue(left)
            emitValue(right)
            builder.emit(.add)
            popValues(1)
        case .choice(let condition, let then, let otherwise):
            emitChoice(condition) {
                $0.emitValue(then)
                $0.depth.values -= 1
            } otherwise: {
                $0.emitValue(otherwise)
                $0.depth.values -= 1
            }
            depth.values += 1
            builder.emit(.makeDefined)
        case .action, .unary, .binary, .matchConstant, .legacy, .legacyWith:
            emitInteger(node)
            builder.emit(.pushAccumulator)
            depth.values += 1
        }
    }

    /// Emits the right side of an assignment: as `emitValue`, but the code of a call as it is.
    mutating func emitAssignedValue(_ node: Node) {
        guard case .action(let action) = node.kind else { return emitValue(node) }
        emitAction(action, inExpression: true)
        builder.emit(.pushAccumulator)
        depth.values += 1
    }

    // MARK: - Operators

    private mutating func emitUnary(_ operation: UnaryOperator, _ operand: Node) {
        switch operation {
        case .not, .negate, .complement:
            emitInteger(operand)
            builder.emit(operation == .not ? .not : operation == .negate ? .negate : .complement)
        case .toInteger: emitInteger(operand)
        case .toString, .defined, .stringLength, .stringIsEmpty:
            emitValue(operand)
            switch operation {
            case .defined: builder.emit(.isDefined)
            case .stringLength: builder.emit(.textLength)
            case .stringIsEmpty: builder.emit(.textIsEmpty)
            default: builder.emit(.popInteger)
            }
            popValues(1)
        }
    }

    private mutating func emitBinary(_ operation: BinaryOperator, _ left: Node, _ right: Node) {
        switch operation {
        case .and, .or:
            let end = builder.newLabel()
            emitInteger(left)
            builder.emit(operation == .and ? .jumpIfZero : .jumpIfNonzero, to: end)
            emitInteger(right)
            builder.emit(.boolean)
            builder.place(end)
        case .equal, .notEqual: emitEqual(left, right, isNegated: operation == .notEqual)
        case .stringEqual, .stringNotEqual:
            emitValue(left)
            emitValue(right)
            builder.emit(.equalTexts)
            popValues(2)
            if operation == .stringNotEqual { builder.emit(.not) }
        case .match:
            emitValue(left)
            emitValue(right)
            builder.emit(.matchComputed)
            popValues(2)
        case .add where left.type != .integer:
            emitValue(left)
            emitValue(right)
            builder.emit(.add)
            builder.emit(.popInteger)
            popValues(2)
        case .add, .subtract, .multiply, .divide, .modulo, .bitOr, .bitAnd, .bitXor, .shiftLeft, .shiftRight, .less,
            .greater, .lessOrEqual, .greaterOrEqual, .integerEqual, .integerNotEqual:
            emitArithmetic(operation, left, right)
        }
    }

    private mutating func emitEqual(_ left: Node, _ right: Node, isNegated: Bool) {
        if left.type == .integer {
            return emitArithmetic(isNegated ? .notEqual : .equal, left, right)
        }
        if case .variable(let variable) = left.kind, let constant = right.constant {
            builder.emit(.variableEqualsConstant, builder.variable(variable), builder.constant(constant))
        } else {
            emitValue(left)
            emitValue(right)
            builder.emit(left.type == .text ? .equalTexts : .equal)
            popValues(2)
        }
        if isNegated { builder.emit(.not) }
    }

    private mutating func emitArithmetic(_ operation: BinaryOperator, _ left: Node, _ right: Node) {
        emitInteger(left)
        if let constant = right.constantInteger {
            builder.emit(.operateWithConstant, operation.code, Int32(truncatingIfNeeded: constant))
            return
        }
        builder.emit(.pushInteger)
        depth.integers += 1
        emitInteger(right)
        builder.emit(.operate, operation.code)
        depth.integers -= 1
    }

    private mutating func emitChoice(
        _ condition: Node, then: (inout RouteCompiler) -> Void, otherwise: (inout RouteCompiler) -> Void
    ) {
        let other = builder.newLabel()
        let end = builder.newLabel()
        emitCondition(condition)
        builder.emit(.jumpUnlessPositive, to: other)
        then(&self)
        builder.emit(.jump, to: end)
        builder.place(other)
        otherwise(&self)
        builder.place(end)
    }

    private mutating func pushConstant(_ value: ScriptValue) {
        builder.emit(.pushConstant, builder.constant(value))
        depth.values += 1
    }

    mutating func popValues(_ count: Int32) {
        depth.values -= count
    }
}
