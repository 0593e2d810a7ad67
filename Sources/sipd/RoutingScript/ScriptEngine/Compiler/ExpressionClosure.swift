import SIPMessage
import ScriptSyntax

/// Expressions without calls as closures, for arguments that are computed (`is_myself("sip:" + $rd)`).
enum ExpressionClosure {
    /// The expression as a variable that can only be read; a failing one (division by zero) is undefined.
    static func variable(_ node: Node) -> ScriptVariable {
        if case .variable(let variable) = node.kind { return variable }
        let evaluate = value(node)
        return ScriptVariable(source: "expression", read: { evaluate($0) ?? .null })
    }

    private typealias Evaluation = @Sendable (ScriptContext) -> ScriptValue?

    private static func value(_ node: Node) -> Evaluation {
        switch node.kind {
        case .constant(let value): return { _ in value }
        case .null: return { _ in .null }
        case .variable(let variable): return { variable.read($0) }
        // The compiler has refused expressions with actions.
        case .action: return { _ in nil }
        case .unary(let operation, let operand):
            let operand = value(operand)
            return { operand($0).map { ConstantFolding.evaluate(operation, $0) } }
        case .binary(.match, let left, let right): return match(value(left), value(right))
        case .binary(let operation, let left, let right):
            let (left, right) = (value(left), value(right))
            return { context in
                guard let a = left(context), let b = right(context) else { return nil }
                return ConstantFolding.evaluate(operation, a, b)
            }
        case .matchConstant(let operand, let expression):
            let operand = value(operand)
            return { operand($0).map { .integer(expression.matches($0.text) ? 1 : 0) } }
        case .choice(let condition, let then, let otherwise):
            let (condition, then, otherwise) = (value(condition), value(then), value(otherwise))
            return { context in
                guard let chosen = condition(context) else { return nil }
                return chosen.number > 0 ? then(context) : otherwise(context)
            }
        case .legacy(let test): return { .integer(test($0) ? 1 : 0) }
        case .legacyWith(let operand, let test):
            let operand = value(operand)
            return { context in operand(context).map { .integer(test(context, $0) ? 1 : 0) } }
        }
    }

    private static func match(_ left: @escaping Evaluation, _ right: @escaping Evaluation) -> Evaluation {
        { context in
            guard let text = left(context), let pattern = right(context) else { return nil }
            guard let expression = RegularExpressionCache.shared.expression(pattern.text) else { return nil }
            return .integer(expression.matches(text.text) ? 1 : 0)
        }
    }
}
