/// The type of a value as far as it is known before anything runs.
enum OperandType: Equatable {
    case integer
    case string
    case unknown
}

extension Expression {
    /// Calls, comparisons and blocks give numbers, selects strings; of variables nothing is known.
    var operandType: OperandType {
        var expression = self
        while true {
            switch expression.kind {
            // A sum has the type of its left operand; chains lean to the left, hence the loop.
            case .binary(.add, let left, _): expression = left
            case .integer, .call, .assignment, .block, .legacy, .binary: return .integer
            case .unary(.toString, _), .string, .select: return .string
            case .unary: return .integer
            case .pseudoVariable, .choice: return .unknown
            }
        }
    }
}

extension Parser {
    mutating func checkTypes(_ kind: BinaryOperator, _ left: Expression, _ right: Expression, at sign: Token) {
        switch kind {
        case .equal, .notEqual, .add:
            if left.operandType == .integer, right.operandType == .string {
                reportType(
                    kind.rawValue, "a string on its right side does not fit the number on its left side", at: sign)
            }
        case .match, .stringEqual, .stringNotEqual:
            if left.operandType == .integer {
                reportType(kind.rawValue, "it takes a string on its left side, not a number", at: sign)
            }
        case .or, .and, .bitOr, .bitAnd, .bitXor, .shiftLeft, .shiftRight, .integerEqual, .integerNotEqual, .less,
            .greater, .lessOrEqual, .greaterOrEqual, .subtract, .multiply, .divide, .modulo:
            if left.operandType == .string || right.operandType == .string {
                let side = left.operandType == .string ? "left" : "right"
                reportType(kind.rawValue, "it takes numbers, not the string on its \(side) side", at: sign)
            }
        }
    }

    mutating func checkType(_ kind: UnaryOperator, _ operand: Expression, at sign: Token) {
        switch kind {
        case .not, .negate, .complement:
            if operand.operandType == .string { reportType(kind.rawValue, "it takes a number, not a string", at: sign) }
        case .defined, .stringLength, .stringIsEmpty:
            if operand.operandType == .integer {
                reportType(kind.rawValue, "it takes a string or a variable, not a number", at: sign)
            }
        case .toInteger, .toString: break
        }
    }

    private mutating func reportType(_ name: String, _ text: String, at sign: Token) {
        let isCastable = text.contains("string")
        report(
            "type-mismatch", "'\(name)' does not fit its operands: \(text)", at: sign,
            hint: isCastable ? "(int) and (str) convert" : nil)
    }
}
