import Suggestions

extension Parser {
    /// A binary operator with its level; operators of higher levels bind tighter, those of one level to the left.
    struct Operator {
        var kind: BinaryOperator
        var level: Int
    }

    static let symbolOperators: [Symbol: Operator] = [
        .doubleBar: Operator(kind: .or, level: 1), .doubleAmpersand: Operator(kind: .and, level: 2),
        .bar: Operator(kind: .bitOr, level: 3), .ampersand: Operator(kind: .bitAnd, level: 4),
        .caret: Operator(kind: .bitXor, level: 5), .doubleLess: Operator(kind: .shiftLeft, level: 6),
        .doubleGreater: Operator(kind: .shiftRight, level: 7), .doubleEqual: Operator(kind: .equal, level: 8),
        .exclamationEqual: Operator(kind: .notEqual, level: 8), .equalTilde: Operator(kind: .match, level: 8),
        .less: Operator(kind: .less, level: 9), .greater: Operator(kind: .greater, level: 9),
        .lessEqual: Operator(kind: .lessOrEqual, level: 9), .greaterEqual: Operator(kind: .greaterOrEqual, level: 9),
        .plus: Operator(kind: .add, level: 10), .minus: Operator(kind: .subtract, level: 10),
        .asterisk: Operator(kind: .multiply, level: 11), .slash: Operator(kind: .divide, level: 11),
    ]

    static let wordOperators: [String: Operator] = [
        "or": Operator(kind: .or, level: 1), "and": Operator(kind: .and, level: 2),
        "eq": Operator(kind: .stringEqual, level: 8), "ne": Operator(kind: .stringNotEqual, level: 8),
        "ieq": Operator(kind: .integerEqual, level: 8), "ine": Operator(kind: .integerNotEqual, level: 8),
        "mod": Operator(kind: .modulo, level: 11),
    ]

    /// The level of comparisons for equality, tighter than which the value of a legacy comparison is read.
    static let equalityLevel = 8

    var nextOperator: Operator? {
        switch token.kind {
        case .symbol(let symbol): Self.symbolOperators[symbol]
        case .word(let word): Self.wordOperators[word]
        default: nil
        }
    }

    /// An expression of operators of this level or tighter ones.
    mutating func parseExpression(level: Int = 1) throws(Failure) -> Expression {
        var left = try parseUnary()
        while let next = nextOperator, next.level >= level {
            let sign = advance()
            let right = try parseExpression(level: next.level + 1)
            checkTypes(next.kind, left, right, at: sign)
            left = try make(
                .binary(next.kind, left, right), left.range.through(right.range), below: max(left.depth, right.depth))
        }
        return left
    }

    /// A node one level above its operands, if that is not too high.
    mutating func make(
        _ kind: Expression.Kind, _ range: SourceRange, below depth: Int32
    ) throws(Failure) -> Expression {
        guard depth < ScriptLimits.depthMax else {
            report(
                "expression-limit", "the expression has more than \(ScriptLimits.depthMax) levels of operands",
                at: token)
            throw Failure()
        }
        return Expression(kind, range, depth: depth &+ 1)
    }

    private mutating func parseUnary() throws(Failure) -> Expression {
        guard let kind = nextUnaryOperator else { return try parsePrimary() }
        let start = advance()
        return try nested { parser throws(Failure) in
            let operand = try parser.parseUnary()
            parser.checkType(kind, operand, at: start)
            return try parser.make(.unary(kind, operand), parser.range(from: start), below: operand.depth)
        }
    }

    private var nextUnaryOperator: UnaryOperator? {
        switch token.kind {
        case .symbol(.exclamation), .word("not"): .not
        case .symbol(.minus): .negate
        case .symbol(.tilde): .complement
        case .symbol(.integerCast): .toInteger
        case .symbol(.stringCast): .toString
        case .word("defined"): .defined
        default: nil
        }
    }

    private mutating func parsePrimary() throws(Failure) -> Expression {
        let start = token
        switch token.kind {
        case .integer(let value): return constant(.integer(value))
        case .string(let text): return constant(.string(text))
        case .pseudoVariable(let text): return constant(.pseudoVariable(text))
        case .select(let text): return constant(.select(text))
        case .word(let word): return try parseWord(word)
        case .symbol(.leftParenthesis):
            return try nested { parser throws(Failure) in try parser.parseParenthesized() }
        case .symbol(.leftBrace):
            let body = try parseBlock(of: "{")
            return try make(.block(body), range(from: start), below: body.expressionDepth)
        case .symbol(.percent):
            throw fail("a value", hint: "attributes like '%x' of SER are not supported; use $avp(x)")
        case .numberWord(let text):
            throw fail("a value", hint: "'\(text.shortened)' is neither a number nor a name")
        default:
            throw fail("a value")
        }
    }

    private mutating func constant(_ kind: Expression.Kind) -> Expression {
        Expression(kind, advance().range)
    }

    /// `(expression)`, or `($variable = value)` as a value.
    private mutating func parseParenthesized() throws(Failure) -> Expression {
        let start = advance()
        if case .pseudoVariable = token.kind, isSymbol(.equal, at: 1) {
            let assignment = try parseAssignment()
            try expect(.rightParenthesis, "after the assignment")
            return try make(.assignment(assignment), range(from: start), below: assignment.value.depth)
        }
        var inner = try parseExpression()
        try expect(.rightParenthesis, "after the expression", hint: isSymbol(.equal) ? "'==' compares" : nil)
        inner.range = range(from: start)
        return inner
    }

    private mutating func parseWord(_ word: String) throws(Failure) -> Expression {
        let start = token
        if let value = Keywords.numbers[word] { return constant(.integer(value)) }
        if Keywords.legacyFields[word] != nil || word == "myself" { return try parseLegacy() }
        switch word {
        case "strlen", "strempty":
            advance()
            try expect(.leftParenthesis, "after '\(word)'")
            let operand = try nested { parser throws(Failure) in try parser.parseExpression() }
            try expect(.rightParenthesis, "after the argument of '\(word)'")
            let kind: UnaryOperator = word == "strlen" ? .stringLength : .stringIsEmpty
            checkType(kind, operand, at: start)
            return try make(.unary(kind, operand), range(from: start), below: operand.depth)
        case "selval": return try nested { parser throws(Failure) in try parser.parseChoice() }
        default:
            guard isSymbol(.leftParenthesis, at: 1) || CoreCommand.all[word]?.isBare == true else {
                throw failWord(word)
            }
            guard !Keywords.statements.contains(word) else { throw fail("a value") }
            if argumentNesting > 0 {
                report(
                    "nested-call", "'\(word.shortened)' cannot be called in an argument of another function", at: start,
                    hint: "assign its value to a variable before")
            }
            let call = try nested { parser throws(Failure) in try parser.parseCall(word) }
            return try make(.call(call), range(from: start), below: call.expressionDepth)
        }
    }

    private mutating func failWord(_ word: String) -> Failure {
        let known = ["strlen", "strempty", "selval", "defined", "myself"] + Array(Keywords.legacyFields.keys)
        let near = word.utf8.count > 2 ? NearestName.hint(word, among: known) : nil
        let isOperator = word == word.uppercased() && (Self.wordOperators[word.lowercased()] != nil || word == "NOT")
        return fail(
            "a value", hint: isOperator ? nil : near ?? "text has to stand in quotes: \"\(word.shortened)\"")
    }

    private mutating func parseChoice() throws(Failure) -> Expression {
        let start = advance()
        try expect(.leftParenthesis, "after 'selval'")
        let condition = try parseExpression()
        try expect(.comma, "after the condition of 'selval'", hint: "selval(condition, value, other value)")
        let then = try parseExpression()
        try expect(.comma, "after the first value of 'selval'", hint: "selval(condition, value, other value)")
        let otherwise = try parseExpression()
        try expect(.rightParenthesis, "after the last value of 'selval'")
        return try make(
            .choice(condition: condition, then: then, otherwise: otherwise), range(from: start),
            below: max(condition.depth, then.depth, otherwise.depth))
    }
}

extension FunctionCall {
    /// Levels of the highest tree among the arguments.
    var expressionDepth: Int32 {
        arguments.reduce(0) { depth, argument in
            if case .expression(let value) = argument.kind { max(depth, value.depth) } else { depth }
        }
    }
}

extension [Statement] {
    /// Levels of the highest tree among the expressions of the statements.
    var expressionDepth: Int32 {
        var depth: Int32 = 0
        for statement in self {
            switch statement.kind {
            case .call(let call): depth = Swift.max(depth, call.expressionDepth)
            case .assignment(let assignment): depth = Swift.max(depth, assignment.value.depth)
            case .conditional(let conditional):
                for clause in conditional.clauses {
                    depth = Swift.max(depth, clause.condition.depth, clause.body.expressionDepth)
                }
                depth = Swift.max(depth, conditional.otherwise.expressionDepth)
            case .loop(let condition, let body): depth = Swift.max(depth, condition.depth, body.expressionDepth)
            case .selection(let selection):
                depth = Swift.max(depth, selection.value.depth)
                for item in selection.cases { depth = Swift.max(depth, item.body.expressionDepth) }
            case .returnFromRoute(let value), .exit(let value), .drop(let value):
                depth = Swift.max(depth, value?.depth ?? 0)
            case .leave, .empty: break
            }
        }
        return depth
    }
}
