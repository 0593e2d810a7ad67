import SIPMessage
import ScriptSyntax

/// Turns expressions as written into nodes: resolves names, folds constants, refuses types that do not fit.
struct ExpressionAnalyzer {
    let state: CompilerState

    /// An integer 0 stands for what could not be compiled; the error has been reported.
    private func failed(_ range: SourceRange) -> Node {
        Node(.legacy { _ in false }, .dynamic, range)
    }

    func node(_ expression: Expression) -> Node {
        let range = expression.range
        switch expression.kind {
        case .integer(let value): return .constant(.integer(Int(value)), range)
        case .string(let text): return .constant(.string(ByteString(text.bytes)), range)
        case .pseudoVariable(let text): return variable(text, range)
        case .select(let text): return select(text, range)
        case .call(let call): return CallAnalyzer(state: state).node(call, range)
        case .unary(let operation, let operand): return unary(operation, node(operand), range)
        case .binary(let operation, let left, let right): return binary(operation, left, right, range)
        case .assignment(let assignment):
            guard let analyzed = self.assignment(assignment, range) else { return failed(range) }
            return Node(.action(.assignment(analyzed)), .integer, range)
        case .block(let statements): return Node(.action(.block(statements)), .integer, range)
        case .choice(let condition, let then, let otherwise):
            return choice(node(condition), node(then), node(otherwise), range)
        case .legacy(let comparison): return LegacyAnalyzer(state: state).node(comparison, range)
        }
    }

    /// The parts of an assignment, or nil when the target cannot be written to.
    func assignment(_ assignment: Assignment, _ range: SourceRange) -> AssignmentNode? {
        let value = node(assignment.value)
        let text = ByteString(assignment.target.bytes)
        do {
            let target = try state.formats.variable(text)
            guard target.write != nil else {
                let isTransformed = text.string.contains("{") && text.hasPrefix("$(")
                state.report(
                    at: assignment.targetRange, "read-only", "variable '\(text.string)' cannot be written to",
                    hint: isTransformed ? "a transformation gives a value, it has no place" : nil)
                return nil
            }
            return AssignmentNode(target: target, value: value, range: range)
        } catch {
            state.report(error, at: assignment.targetRange, "bad-variable")
            return nil
        }
    }

    private func variable(_ text: ScriptText, _ range: SourceRange) -> Node {
        if text == "$null" || text == "$(null)", state.vocabulary.variables["null"] != nil {
            return Node(.null, .dynamic, range)
        }
        do {
            return Node(.variable(try state.formats.variable(ByteString(text.bytes))), .dynamic, range)
        } catch {
            state.report(error, at: range, "bad-variable")
            return failed(range)
        }
    }

    private func select(_ text: ScriptText, _ range: SourceRange) -> Node {
        do {
            let path = ByteString(text.bytes.drop { $0 == UInt8(ascii: "@") })
            return Node(.variable(try state.formats.select(path)), .text, range)
        } catch {
            // Kamailio looks selects up when they are read, and then they have no value.
            state.report(.warning, at: range, "unknown-select", error.message, hint: error.hint)
            return Node(.variable(ScriptVariable(source: ByteString(text.bytes)) { _ in .null }), .text, range)
        }
    }

    private func choice(_ condition: Node, _ then: Node, _ otherwise: Node, _ range: SourceRange) -> Node {
        let type = then.type == otherwise.type ? then.type : .dynamic
        return Node(.choice(condition: condition, then: then, otherwise: otherwise), type, range)
    }

    // MARK: - Operators

    private func unary(_ operation: UnaryOperator, _ operand: Node, _ range: SourceRange) -> Node {
        switch operation {
        case .not, .negate, .complement: require(.integer, operand, of: operation.rawValue)
        case .defined, .stringLength, .stringIsEmpty: require(.text, operand, of: operation.rawValue)
        case .toInteger, .toString: break
        }
        if let folded = ConstantFolding.unary(operation, operand, range) { return folded }
        return Node(.unary(operation, operand), operation == .toString ? .text : .integer, range)
    }

    private func binary(
        _ operation: BinaryOperator, _ leftSide: Expression, _ rightSide: Expression, _ range: SourceRange
    ) -> Node {
        let left = node(leftSide)
        let right = node(rightSide)
        if case .null = right.kind, let test = definedTest(operation, left, range) { return test }
        check(operation, left, right)
        if operation == .match { return match(left, right, range) }
        if let folded = ConstantFolding.binary(operation, left, right, range) { return folded }
        return Node(.binary(operation, left, right), operation == .add ? left.type : .integer, range)
    }

    /// `x == $null` asks whether x is undefined, whatever its type.
    private func definedTest(_ operation: BinaryOperator, _ operand: Node, _ range: SourceRange) -> Node? {
        switch operation {
        case .equal, .stringEqual, .integerEqual: unary(.not, unary(.defined, operand, range), range)
        case .notEqual, .stringNotEqual, .integerNotEqual: unary(.defined, operand, range)
        default: nil
        }
    }

    private func match(_ left: Node, _ right: Node, _ range: SourceRange) -> Node {
        guard let pattern = right.constant else { return Node(.binary(.match, left, right), .integer, range) }
        do {
            let expression = try RegularExpression(pattern.text, .ignoresCase)
            return Node(.matchConstant(left, expression), .integer, range)
        } catch {
            state.report(error, at: right.range, "bad-regular-expression")
            return failed(range)
        }
    }

    private func check(_ operation: BinaryOperator, _ left: Node, _ right: Node) {
        switch operation {
        case .equal, .notEqual, .add:
            if left.type == .integer { require(.integer, right, of: operation.rawValue) }
        case .stringEqual, .stringNotEqual:
            require(.text, left, of: operation.rawValue)
        case .match:
            require(.text, left, of: operation.rawValue)
            if right.constant != nil { require(.text, right, of: operation.rawValue) }
        case .or, .and, .bitOr, .bitAnd, .bitXor, .shiftLeft, .shiftRight, .integerEqual, .integerNotEqual, .less,
            .greater, .lessOrEqual, .greaterOrEqual, .subtract, .multiply, .divide, .modulo:
            require(.integer, left, of: operation.rawValue)
            require(.integer, right, of: operation.rawValue)
        }
    }

    private func require(_ type: StaticType, _ operand: Node, of operation: String) {
        guard operand.type != type, operand.type != .dynamic else { return }
        let (found, wanted) = type == .integer ? ("a string", "an integer") : ("an integer", "a string")
        state.report(
            at: operand.range, "type-mismatch", "'\(operation)' takes \(wanted) here, this is \(found)",
            hint: type == .integer ? "convert it with (int)" : "convert it with (str)")
    }
}
