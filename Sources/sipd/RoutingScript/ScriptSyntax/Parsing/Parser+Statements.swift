import Suggestions

extension Parser {
    /// `{ statements }`, at least one.
    mutating func parseBlock(of owner: String) throws(Failure) -> [Statement] {
        try nested { parser throws(Failure) in
            let open = try parser.expect(.leftBrace, "after '\(owner)'")
            return parser.parseBlockRest(open, owner)
        }
    }

    private mutating func parseBlockRest(_ open: Token, _ owner: String) -> [Statement] {
        var statements: [Statement] = []
        let errorCount = problems.errorCount
        while !take(.rightBrace) {
            guard !isAtEnd, !isRouteStart() else {
                reportMissingBrace(open, owner)
                return statements
            }
            if let statement = parseRecovering() { statements.append(statement) }
        }
        if statements.isEmpty, problems.errorCount == errorCount {
            report(
                "empty-block", "the block of '\(owner)' is empty", at: previous,
                hint: "';' is a statement that does nothing")
        }
        return statements
    }

    /// One statement; nil, with the rest of it read over, when it cannot be read.
    mutating func parseRecovering() -> Statement? {
        let start = index
        do throws(Failure) {
            return try parseStatement()
        } catch {
            recoverStatement(from: start)
            return nil
        }
    }

    /// A routing block starts here, so the one before has a brace too few.
    func isRouteStart() -> Bool {
        guard let word = token.word, Keywords.routes[word] != nil else { return false }
        if case .eventName = peek() { return true }
        return isSymbol(.leftBrace, at: 1) || isSymbol(.leftBracket, at: 1)
    }

    mutating func reportMissingBrace(_ open: Token, _ owner: String) {
        guard missingBraceIndex != index else { return }
        missingBraceIndex = index
        if case .end(isReported: true) = token.kind { return }
        report(
            "missing-brace", "expected '}' before \(token.title)", at: token,
            hint: "the block of '\(owner)' starts at \(place(open.range.start))")
    }

    /// Reads on to where a statement probably ends; blocks on the way are read for the errors in them.
    private mutating func recoverStatement(from start: Int) {
        if index == start, !isSymbol(.rightBrace), !isSymbol(.leftBrace), !isSymbol(.semicolon) { advance() }
        while !isAtEnd, !isSymbol(.rightBrace), !isRouteStart() {
            if take(.semicolon) { return }
            if isSymbol(.leftBrace) {
                let block = index
                if (try? parseBlock(of: "{")) == nil, index == block { advance() }
                if !take("else") { return }
                continue
            }
            if isFirstOfLine(), isStatementStart() { return }
            advance()
        }
    }

    private func isStatementStart() -> Bool {
        if case .pseudoVariable = token.kind { return isSymbol(.equal, at: 1) }
        guard let word = token.word else { return false }
        if switchNesting > 0, word == "case" || word == "default" { return true }
        return Keywords.statements.contains(word) && word != "else"
    }
}

// MARK: Statements

extension Parser {
    mutating func parseStatement() throws(Failure) -> Statement {
        let start = token
        switch token.kind {
        case .symbol(.semicolon):
            advance()
            return Statement(.empty, start.range)
        case .word(let word):
            return Statement(try parseStatement(word), range(from: start))
        case .pseudoVariable:
            let assignment = try parseAssignment()
            try expectSemicolon("the assignment")
            return Statement(.assignment(assignment), range(from: start))
        case .symbol(.leftBrace):
            throw fail("a statement", hint: "a block needs 'if', 'else', 'while' or a route in front of it")
        default:
            throw fail("a statement")
        }
    }

    private mutating func parseStatement(_ word: String) throws(Failure) -> Statement.Kind {
        switch word {
        case "if": return .conditional(try parseConditional())
        case "while":
            advance()
            let condition = try parseExpression()
            return .loop(condition: condition, body: try parseBody(of: "while"))
        case "switch": return .selection(try parseSelection())
        case "return": return .returnFromRoute(try parseResult(word))
        case "exit": return .exit(try parseResult(word))
        case "drop": return .drop(try parseResult(word))
        case "break":
            advance()
            try expectSemicolon("'break'", hint: "'break' takes no value and no parentheses")
            return .leave
        case "else":
            throw fail("a statement", hint: "'else' follows the one statement or the block of an 'if'")
        case "case", "default":
            throw fail("a statement", hint: "'\(word)' stands in the block of a 'switch'")
        case "selval", "strlen", "strempty", "defined":
            throw fail("a statement", hint: "a value alone is none; assign it: $var(x) = \(word) ...")
        default:
            return .call(try parseCallStatement(word))
        }
    }

    private mutating func parseCallStatement(_ word: String) throws(Failure) -> FunctionCall {
        if Keywords.items.contains(word), CoreCommand.all[word] == nil, !isSymbol(.leftParenthesis, at: 1) {
            throw fail("a statement", hint: "'\(word)' stands outside of routing blocks")
        }
        guard isSymbol(.leftParenthesis, at: 1) || CoreCommand.all[word] != nil else {
            let isAssignment = isSymbol(.equal, at: 1)
            let names = switchNesting > 0 ? Keywords.statements.union(["case", "default"]) : Keywords.statements
            let name = NearestName.hint(word, among: names)
            throw fail("a statement", hint: isAssignment ? "only variables can be assigned to: $var(\(word))" : name)
        }
        let call = try parseCall(word)
        if isSymbol(.leftBrace) {
            let name = NearestName.of(word, among: ["if", "while", "switch"])
            let hint = word.hasPrefix("else") ? "'else if' is two words" : name.map { "did you mean '\($0)'?" }
            throw fail("';' after '\(word)(...)'", hint: hint)
        }
        try expectSemicolon("'\(word)\(previous.kind == .symbol(.rightParenthesis) ? "(...)" : "")'")
        return call
    }

    /// The value of `return`, `exit` or `drop`, which may be missing; `()` is none.
    private mutating func parseResult(_ word: String) throws(Failure) -> Expression? {
        advance()
        if isSymbol(.leftParenthesis), isSymbol(.rightParenthesis, at: 1) {
            advance()
            advance()
            try expectSemicolon("'\(word)()'")
            return nil
        }
        if isSymbol(.semicolon) || isSymbol(.rightBrace) || isAtEnd {
            try expectSemicolon("'\(word)'")
            return nil
        }
        if isFirstOfLine(), isStatementStart() || token.word != nil {
            try expectSemicolon("'\(word)'")
            return nil
        }
        let start = token
        let value = try parseExpression()
        if value.operandType == .string {
            report("type-mismatch", "the value of '\(word)' has to be a number", at: start)
        }
        try expectSemicolon("'\(word)'")
        return value
    }

    mutating func parseAssignment() throws(Failure) -> Assignment {
        let variable = advance()
        guard case .pseudoVariable(let target) = variable.kind else { throw fail("a variable") }
        guard isSymbol(.equal) else { throw failAssignment(target) }
        if target.hasTransformation {
            report(
                "assignment-target", "a variable with transformations cannot be assigned to", at: variable)
        }
        advance()
        let value = try parseExpression()
        return Assignment(target: target, targetRange: variable.range, value: value)
    }

    private mutating func failAssignment(_ target: ScriptText) -> Failure {
        let name = target.string.shortened
        let hint: String?
        switch token.kind {
        case .symbol(.plusEqual): hint = "\(name) = \(name) + ...;"
        case .symbol(.plus) where isSymbol(.plus, at: 1): hint = "\(name) = \(name) + 1;"
        case .symbol(.minus) where isSymbol(.minus, at: 1): hint = "\(name) = \(name) - 1;"
        case .symbol(.doubleEqual): hint = "'==' compares, '=' assigns"
        case .symbol(.leftBracket): hint = "an index stands inside of parentheses: $(\(name.dropFirst())[0])"
        default: hint = nil
        }
        return fail("'=' after '\(name)'", hint: hint)
    }

    /// A missing semicolon at the end of a line is reported there, and reading goes on as if it were there.
    mutating func expectSemicolon(_ owner: String, hint: String? = nil) throws(Failure) {
        if take(.semicolon) { return }
        guard isFirstOfLine() || isSymbol(.rightBrace) || isWord("else") || isAtEnd else {
            throw fail("';' after \(owner)", hint: hint)
        }
        if case .end(isReported: true) = token.kind { return }
        var position = previous.range.end
        if previous.definition < 0 { position.column &+= 1 }
        problems.add(
            .error, position, "syntax-error", "expected ';' after \(owner)", hint: hint, definition: previous.definition
        )
    }
}

extension ScriptText {
    /// The variable is of the form `$(name{transformation})`.
    var hasTransformation: Bool {
        guard bytes.starts(with: "$(".utf8) else { return false }
        var depth = 0
        for byte in bytes {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if byte == UInt8(ascii: "{"), depth == 1 { return true }
        }
        return false
    }
}
