extension Parser {
    /// One statement, or a block.
    mutating func parseBody(of owner: String) throws(Failure) -> [Statement] {
        if isSymbol(.leftBrace) { return try parseBlock(of: owner) }
        return try nested { parser throws(Failure) in [try parser.parseStatement()] }
    }

    mutating func parseConditional() throws(Failure) -> Conditional {
        var clauses: [Conditional.Clause] = []
        repeat {
            advance()
            let condition = try parseExpression()
            clauses.append(Conditional.Clause(condition: condition, body: try parseBody(of: "if")))
            guard take("else") else { return Conditional(clauses: clauses, otherwise: []) }
        } while isWord("if")
        return Conditional(clauses: clauses, otherwise: try parseBody(of: "else"))
    }

    mutating func parseSelection() throws(Failure) -> Selection {
        let start = advance()
        let value = try parseExpression()
        let cases = try nested { parser throws(Failure) in
            let open = try parser.expect(.leftBrace, "after 'switch'")
            return parser.parseCases(open)
        }
        if cases.isEmpty {
            report("empty-switch", "the 'switch' has no cases", at: start, severity: .warning)
        }
        return Selection(value: value, cases: cases)
    }

    private mutating func parseCases(_ open: Token) -> [Selection.Case] {
        var cases: [Selection.Case] = []
        var labels = CaseLabels()
        switchNesting += 1
        defer { switchNesting -= 1 }
        while !take(.rightBrace) {
            guard !isAtEnd, !isRouteStart() else {
                reportMissingBrace(open, "switch")
                return cases
            }
            let first = token
            do throws(Failure) {
                let label = try parseLabel()
                if let message = labels.add(label) { report("case-label", message, at: first) }
                var body: [Statement] = []
                while !isCaseEnd(), !isRouteStart() {
                    if let statement = parseRecovering() { body.append(statement) }
                }
                cases.append(Selection.Case(label: label, body: body, range: range(from: first)))
            } catch {
                recoverLabel()
            }
        }
        return cases
    }

    private func isCaseEnd() -> Bool {
        isSymbol(.rightBrace) || isWord("case") || isWord("default") || isAtEnd
    }

    private mutating func parseLabel() throws(Failure) -> Selection.Label {
        if take("default") {
            try expect(.colon, "after 'default'")
            return .otherwise
        }
        guard take("case") else { throw fail("'case', 'default' or '}'") }
        if take(.slash) {
            let pattern = try expectString("with the regular expression", hint: "case /\"^sip:\":")
            try expect(.colon, "after the regular expression")
            return .regularExpression(pattern)
        }
        let start = token
        let expression = try parseExpression()
        guard let constant = expression.constant else {
            report("case-label", "the value of a 'case' has to be constant", at: start)
            throw Failure()
        }
        try expect(.colon, "after the value of the 'case'")
        switch constant {
        case .integer(let value): return .integer(value)
        case .string(let text): return .string(text)
        }
    }

    /// Reads on to the statements of a case whose label is wrong, and over them.
    private mutating func recoverLabel() {
        while !isAtEnd, !isSymbol(.rightBrace), !isSymbol(.semicolon), !isSymbol(.leftBrace), !isRouteStart() {
            if take(.colon) { break }
            if isFirstOfLine(), isCaseEnd() { return }
            advance()
        }
        while !isCaseEnd(), !isRouteStart() { _ = parseRecovering() }
    }
}

/// Checks that the labels of a `switch` go together.
private struct CaseLabels {
    private var integers: Set<Int32> = []
    private var hasStrings = false
    private var hasDefault = false

    /// What is wrong with one more label; nil if nothing is.
    mutating func add(_ label: Selection.Label) -> String? {
        switch label {
        case .otherwise:
            defer { hasDefault = true }
            return hasDefault ? "the 'switch' has a 'default' already" : nil
        case .integer(let value):
            if !integers.insert(value).inserted { return "the 'switch' has a 'case \(value)' already" }
        case .string, .regularExpression:
            hasStrings = true
        }
        return hasStrings && !integers.isEmpty
            ? "numbers cannot be mixed with strings in the cases of a 'switch'" : nil
    }
}
