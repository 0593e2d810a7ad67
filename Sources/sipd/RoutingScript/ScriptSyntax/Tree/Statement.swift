/// One statement of a routing block.
package struct Statement: Sendable {
    /// The kinds of statements with their parts.
    package indirect enum Kind: Sendable {
        /// A call, whose value becomes `$rc`. Kamailio allows no other expression as a statement.
        case call(FunctionCall)
        case assignment(Assignment)
        case conditional(Conditional)
        case loop(condition: Expression, body: [Statement])
        case selection(Selection)
        /// `return`, with nil for no value (Kamailio: 1).
        case returnFromRoute(Expression?)
        case exit(Expression?)
        case drop(Expression?)
        /// Ends the innermost loop or `switch`, or the route where there is none.
        case leave
        /// `;`
        case empty
    }

    /// What the statement is, with its parts.
    package var kind: Kind
    /// The statement with its semicolon or its closing brace.
    package var range: SourceRange

    package init(_ kind: Kind, _ range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

/// `$variable = value`.
package struct Assignment: Sendable {
    /// The variable as written, from the `$` on; whether it can be written to is not checked.
    package var target: ScriptText
    /// Where the variable stands.
    package var targetRange: SourceRange
    /// What the variable is set to.
    package var value: Expression

    package init(target: ScriptText, targetRange: SourceRange, value: Expression) {
        self.target = target
        self.targetRange = targetRange
        self.value = value
    }
}

/// `if (a) { } else if (b) { } else { }`, kept flat so that long chains are not deep.
package struct Conditional: Sendable {
    /// A condition and what is done when it holds.
    package struct Clause: Sendable {
        /// The expression behind `if`.
        package var condition: Expression
        /// The statements of the block, or the one without braces; never empty.
        package var body: [Statement]

        package init(condition: Expression, body: [Statement]) {
            self.condition = condition
            self.body = body
        }
    }

    /// `if` and every `else if`; never empty.
    package var clauses: [Clause]
    /// The body of the last `else`; empty when there is none.
    package var otherwise: [Statement]

    package init(clauses: [Clause], otherwise: [Statement]) {
        self.clauses = clauses
        self.otherwise = otherwise
    }
}

/// `switch (value) { case 1: ... default: ... }`; a case without `break` falls through to the next.
package struct Selection: Sendable {
    /// What the value is compared with.
    package enum Label: Sendable, Hashable {
        case integer(Int32)
        case string(ScriptText)
        /// `case /"regex"`; case-sensitive, unlike `=~`.
        case regularExpression(ScriptText)
        case otherwise
    }

    /// A label and the statements up to the next one.
    package struct Case: Sendable {
        /// The value or the expression behind `case`, or `default`.
        package var label: Label
        /// May be empty.
        package var body: [Statement]
        /// The case from its label to its last statement.
        package var range: SourceRange

        package init(label: Label, body: [Statement], range: SourceRange) {
            self.label = label
            self.body = body
            self.range = range
        }
    }

    /// The expression behind `switch`.
    package var value: Expression
    /// The cases in order, perhaps none.
    ///
    /// Integers and strings are not mixed and `default` stands at most once, anywhere.
    package var cases: [Case]

    package init(value: Expression, cases: [Case]) {
        self.value = value
        self.cases = cases
    }
}
