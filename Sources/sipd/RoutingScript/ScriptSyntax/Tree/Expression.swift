/// An expression, as written: nothing is folded, names are not resolved.
package struct Expression: Sendable {
    /// The kinds of expressions with their operands.
    package indirect enum Kind: Sendable {
        /// Wrapped to 32 bits, as Kamailio does.
        case integer(Int32)
        /// Escapes are done, adjacent strings joined. Not interpolated: who takes a format parses it.
        case string(ScriptText)
        /// The variable as written, from the `$` on: `$ru`, `$(ru{uri.user})`, `$avp(s:x)`.
        case pseudoVariable(ScriptText)
        /// The select as written, from the `@` on: `@via[1].params["node"]`.
        case select(ScriptText)
        case call(FunctionCall)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        case assignment(Assignment)
        /// `{ ... }` as a value.
        case block([Statement])
        /// `selval(condition, then, otherwise)`.
        case choice(condition: Expression, then: Expression, otherwise: Expression)
        case legacy(LegacyComparison)
    }

    /// What the expression is, with its operands.
    package var kind: Kind
    /// The expression from its first to its last byte, with parentheses around it.
    package var range: SourceRange
    /// Levels of the tree below and including this node; the parser keeps it within `ScriptLimits.depthMax`,
    /// so recursion over a tree is safe.
    package private(set) var depth: Int32

    package init(_ kind: Kind, _ range: SourceRange, depth: Int32 = 1) {
        self.kind = kind
        self.range = range
        self.depth = depth
    }
}

/// Operators with one operand, and the built-in functions of one argument.
package enum UnaryOperator: String, Sendable, CaseIterable {
    case not = "!"
    case negate = "-"
    case complement = "~"
    case defined
    case toInteger = "(int)"
    case toString = "(str)"
    case stringLength = "strlen"
    case stringIsEmpty = "strempty"
}

/// Operators with two operands.
package enum BinaryOperator: String, Sendable, CaseIterable {
    case or = "||"
    case and = "&&"
    case bitOr = "|"
    case bitAnd = "&"
    case bitXor = "^"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case equal = "=="
    case notEqual = "!="
    case match = "=~"
    case stringEqual = "eq"
    case stringNotEqual = "ne"
    case integerEqual = "ieq"
    case integerNotEqual = "ine"
    case less = "<"
    case greater = ">"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "mod"
}

/// A call of a function, of a core command or of `route`.
///
/// All of them look alike here: `force_rport;` is a call without arguments, `route(NAME)` one with an identifier,
/// `forward(uri:host, uri:port)` one with two parts of the URI.
package struct FunctionCall: Sendable {
    /// The word before the parentheses.
    package var name: String
    /// Where the name stands; a problem with the function belongs there.
    package var nameRange: SourceRange
    /// The arguments in order; none for a command without parentheses.
    package var arguments: [Argument]

    package init(name: String, nameRange: SourceRange, arguments: [Argument]) {
        self.name = name
        self.nameRange = nameRange
        self.arguments = arguments
    }
}

/// One argument of a call, in the form in which it was written.
package struct Argument: Sendable {
    /// The forms of arguments.
    package enum Kind: Sendable {
        /// Also constants: `404` is an expression that is an integer.
        case expression(Expression)
        /// A bare word: the name of a route or a flag, or a transport in lower case. Commands of the core only.
        case identifier(String)
        /// `udp:127.0.0.1:5060`, the argument of `force_send_socket`.
        case socket(SocketIdentifier)
        /// An address or the name of a host without quotes, for `forward` and `set_advertised_address`.
        case host(String)
        /// `uri:host`
        case uriHost
        /// `uri:port`
        case uriPort
    }

    /// The argument in the form in which it was written.
    package var kind: Kind
    /// The argument from its first to its last byte.
    package var range: SourceRange

    package init(_ kind: Kind, _ range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}
