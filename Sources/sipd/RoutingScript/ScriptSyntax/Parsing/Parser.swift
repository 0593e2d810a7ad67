/// Makes the tree of a configuration out of its tokens; recursive descent with recovery at statements and items.
struct Parser {
    /// Thrown after a problem was reported, to leave the statement or item.
    struct Failure: Error {}

    /// A flag that a statement names, which has to be declared somewhere.
    struct FlagUse {
        var name: String
        var isAttribute: Bool
        var token: Token
    }

    let tokens: ContiguousArray<Token>
    private(set) var index = 0
    var problems: Problems
    /// Names of the files, for messages that mention a second place.
    let files: [String]
    /// Explanations for names that are not defined.
    let skippedDefinitions: [String: String]

    var items: [ConfigurationItem] = []
    var flagUses: [FlagUse] = []
    /// Named blocks that hold more than `;`.
    var routeTitles: Set<String> = []
    /// A `modparam` or a block was read, before which some parameters have to stand.
    var isBehindModules = false
    /// The kind of the block that is being read.
    var routeKind: RouteKind?
    var nesting = 0
    var switchNesting = 0
    /// Arguments of functions of modules that are being read.
    var argumentNesting = 0
    /// The token at which a missing brace was reported, so that the blocks around it are not reported too.
    var missingBraceIndex: Int?

    init(_ preprocessor: Preprocessor) {
        tokens = preprocessor.tokens
        problems = preprocessor.problems
        files = preprocessor.files
        skippedDefinitions = preprocessor.skippedDefinitions
    }

    mutating func parse() {
        while !isAtEnd {
            let start = index
            do throws(Failure) {
                try parseItem()
            } catch {
                recoverItem(from: start)
            }
        }
    }
}

// MARK: Tokens

extension Parser {
    var token: Token { tokens[index] }

    /// The token that was read last.
    var previous: Token { tokens[max(index - 1, 0)] }

    var isAtEnd: Bool {
        if case .end = token.kind { true } else { false }
    }

    func peek(_ offset: Int = 1) -> Token.Kind {
        tokens[min(index + offset, tokens.count - 1)].kind
    }

    @discardableResult
    mutating func advance() -> Token {
        let result = token
        if index < tokens.count - 1 { index += 1 }
        return result
    }

    func isSymbol(_ symbol: Symbol, at offset: Int = 0) -> Bool {
        peek(offset) == .symbol(symbol)
    }

    func isWord(_ word: String) -> Bool {
        token.kind == .word(word)
    }

    /// Reads a sign if it comes next.
    mutating func take(_ symbol: Symbol) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    @discardableResult
    mutating func expect(_ symbol: Symbol, _ place: String, hint: String? = nil) throws(Failure) -> Token {
        guard isSymbol(symbol) else { throw fail("'\(symbol.rawValue)' \(place)", hint: hint) }
        return advance()
    }

    mutating func expectString(_ place: String, hint: String? = nil) throws(Failure) -> ScriptText {
        guard case .string(let text) = token.kind else {
            throw fail("a string in quotes \(place)", hint: hint)
        }
        advance()
        return text
    }

    /// The value of a number, or of a word that is one, like `yes`.
    func number(of kind: Token.Kind) -> Int32? {
        switch kind {
        case .integer(let value): value
        case .word(let word): Keywords.numbers[word]
        default: nil
        }
    }

    /// The token is the first one of its line, as far as it is known.
    func isFirstOfLine(_ offset: Int = 0) -> Bool {
        let position = min(index + offset, tokens.count - 1)
        guard position > 0 else { return true }
        let before = tokens[position - 1].range.end
        let start = tokens[position].range.start
        return before.file != start.file || before.line != start.line
    }

    func range(from start: Token) -> SourceRange {
        start.range.through(previous.range)
    }
}

// MARK: Problems

extension Parser {
    mutating func report(
        _ code: String, _ message: String, at token: Token, hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        problems.add(severity, token.range.start, code, message, hint: hint, definition: token.definition)
    }

    /// Reports that something else was expected; the caller throws the result.
    mutating func fail(_ expected: String, hint: String? = nil) -> Failure {
        if case .end(isReported: true) = token.kind { return Failure() }
        let message = "expected \(expected), found \(token.title)"
        let skipped = token.word.flatMap { skippedDefinitions[$0] }
        report("syntax-error", message, at: token, hint: skipped ?? hint ?? generalHint)
        return Failure()
    }

    /// What often explains a token in the wrong place.
    private var generalHint: String? {
        if let word = token.word {
            let lowercase = word.lowercased()
            if word == word.uppercased(), Self.wordOperators[lowercase] != nil || lowercase == "not" {
                return "operators are written in lower case: '\(lowercase)'"
            }
        }
        if isSymbol(.period), case .pseudoVariable = previous.kind { return "'+' joins strings" }
        if case .string = previous.kind, index > 0 {
            let lines = previous.range.end.line - previous.range.start.line
            if lines > 0, previous.range.start.file == previous.range.end.file {
                return "the string before it starts at line \(previous.range.start.line); is a quote missing?"
            }
        }
        return nil
    }

    func place(_ position: SourcePosition) -> String {
        let file = Int(position.file)
        return "\(files.indices.contains(file) ? files[file] : "?"):\(position.line):\(position.column)"
    }

    /// Runs something one level deeper; blocks and parentheses count as levels.
    mutating func nested<Result>(
        _ body: (inout Parser) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard nesting < ScriptLimits.nestingMax else {
            report(
                "nesting",
                "blocks and parentheses stand more than \(ScriptLimits.nestingMax) levels deep in each other",
                at: token)
            skipNested()
            throw Failure()
        }
        nesting += 1
        defer { nesting -= 1 }
        return try body(&self)
    }

    /// Reads over text that is nested too deep, so that it is reported once: to the brace that ends the innermost
    /// block that could be read.
    private mutating func skipNested() {
        var depth = 0
        while !isAtEnd {
            if isSymbol(.leftBrace) { depth += 1 }
            if isSymbol(.rightBrace) {
                depth -= 1
                if depth < 0 { return }
            }
            if depth == 0, isSymbol(.semicolon) { return }
            advance()
        }
    }
}
