import SIPMessage
import ScriptSyntax

/// What is known about the type of an expression before any message arrives.
enum StaticType {
    /// Calls, comparisons, arithmetic: always an integer.
    case integer
    /// `"a"`, `(str)x`, `"a" + x`.
    case text
    /// Variables: known when they are read.
    case dynamic
}

/// An expression after analysis: names resolved, constants folded, types checked.
struct Node: Sendable {
    indirect enum Kind: Sendable {
        case constant(ScriptValue)
        case variable(ScriptVariable)
        /// `$null`, which comparisons treat in their own way.
        case null
        case action(Action)
        case unary(UnaryOperator, Node)
        case binary(BinaryOperator, Node, Node)
        /// `=~` with a constant pattern.
        case matchConstant(Node, RegularExpression)
        case choice(condition: Node, then: Node, otherwise: Node)
        case legacy(@Sendable (ScriptContext) -> Bool)
        /// A legacy comparison whose right side is computed.
        case legacyWith(Node, @Sendable (ScriptContext, ScriptValue) -> Bool)
    }

    /// What runs like a statement and has its code as value.
    ///
    /// As an operand the code becomes 1 when it is positive and 0 otherwise (Kamailio: `RV_ACTION_ST`).
    indirect enum Action: Sendable {
        case call(FunctionBody, setsReturnCode: Bool)
        case route(Int)
        case computedRoute(Node)
        case assignment(AssignmentNode)
        case block([Statement])
    }

    var kind: Kind
    var type: StaticType
    var range: SourceRange

    init(_ kind: Kind, _ type: StaticType, _ range: SourceRange) {
        self.kind = kind
        self.type = type
        self.range = range
    }

    /// A constant.
    static func constant(_ value: ScriptValue, _ range: SourceRange) -> Node {
        if case .integer = value { return Node(.constant(value), .integer, range) }
        return Node(.constant(value), .text, range)
    }

    /// The value, if it is the same for every message.
    var constant: ScriptValue? {
        if case .constant(let value) = kind { value } else { nil }
    }

    /// The value, if it is a constant integer.
    var constantInteger: Int? {
        if case .constant(.integer(let value)) = kind { value } else { nil }
    }

    /// Whether its evaluation may fail, so that the statement it belongs to does not take place.
    var canFail: Bool {
        switch kind {
        case .constant, .variable, .null, .legacy: false
        case .action(.computedRoute(let name)): name.canFail
        // Statements inside handle failures of their own.
        case .action: false
        case .unary(_, let operand): operand.canFail
        case .binary(.divide, let left, let right), .binary(.modulo, let left, let right):
            left.canFail || (right.constantInteger ?? 0) == 0
        case .binary(.match, _, _): true
        case .binary(_, let left, let right): left.canFail || right.canFail
        case .matchConstant(let operand, _), .legacyWith(let operand, _): operand.canFail
        case .choice(let condition, let then, let otherwise):
            condition.canFail || then.canFail || otherwise.canFail
        }
    }

    /// Whether a function, a route or an assignment runs in it.
    var hasActions: Bool {
        switch kind {
        case .constant, .variable, .null, .legacy: false
        case .action: true
        case .unary(_, let operand), .matchConstant(let operand, _), .legacyWith(let operand, _): operand.hasActions
        case .binary(_, let left, let right): left.hasActions || right.hasActions
        case .choice(let condition, let then, let otherwise):
            condition.hasActions || then.hasActions || otherwise.hasActions
        }
    }
}

/// `$variable = value` with the variable resolved.
struct AssignmentNode: Sendable {
    var target: ScriptVariable
    var value: Node
    var range: SourceRange
}
