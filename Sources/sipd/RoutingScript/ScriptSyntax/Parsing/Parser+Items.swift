import Suggestions

extension Parser {
    mutating func parseItem() throws(Failure) {
        if take(.semicolon) { return }
        guard let word = token.word else { throw failItem() }
        if let kind = Keywords.routes[word] { return try parseRoute(kind) }
        if Keywords.items.contains(word), !isSymbol(.period, at: 1) { return try parseNamedItem(word) }
        if isSymbol(.period, at: 1) { return try parseCustomGlobal(word) }
        if isSymbol(.leftBracket, at: 1), isSymbol(.rightBracket, at: 3), isSymbol(.period, at: 4) {
            return try parseCustomGlobal(word)
        }
        guard let form = GlobalParameterForm.all[word] else { throw failItem() }
        try parseGlobal(form)
    }

    private mutating func parseNamedItem(_ word: String) throws(Failure) {
        switch word {
        case "loadmodule", "loadmodulex": try parseLoadModule()
        case "modparam", "modparamx": try parseModuleParameter()
        case "listen": try parseListen()
        case "socket": try parseSocketBlock()
        case "alias": try parseAlias()
        case "flags", "bool", "avpflags": try parseFlags(word == "avpflags" ? .attribute : .message)
        case "coreparam": try parseCoreParameter()
        default:
            let start = advance()
            _ = take(.equal)
            let text = try expectString("after '\(word)'")
            let range = range(from: start)
            if word == "cfgengine" {
                items.append(.engine(EngineSelection(name: text, range: range)))
            } else {
                items.append(.loadPath(LoadPath(path: text, range: range)))
            }
        }
    }

    /// Reports what cannot start an item, as exactly as it can be told.
    private mutating func failItem() -> Failure {
        guard let word = token.word else {
            let isBrace = isSymbol(.rightBrace)
            return fail(
                "a parameter, 'loadmodule', 'modparam' or a routing block",
                hint: isBrace ? "a '}' too many, or a '{' too few before it" : nil)
        }
        if isSymbol(.equal, at: 1) {
            let names = Array(GlobalParameterForm.all.keys) + Keywords.items
            report(
                "unknown-global", "unknown global parameter '\(word.shortened)'", at: token,
                hint: NearestName.hint(word, among: names))
            return Failure()
        }
        if isSymbol(.leftBrace, at: 1) || isSymbol(.leftBracket, at: 1) {
            report(
                "unknown-route", "unknown kind of routing block '\(word.shortened)'", at: token,
                hint: NearestName.hint(word, among: Keywords.routes.keys))
            return Failure()
        }
        if Keywords.statements.contains(word) || isSymbol(.leftParenthesis, at: 1) {
            let name = NearestName.of(word, among: ["modparam", "modparamx", "loadmodule"])
            report(
                "syntax-error", "'\(word.shortened)' has to stand in a routing block", at: token,
                hint: name.map { "did you mean '\($0)'?" } ?? "is there a '}' too many before it?")
            return Failure()
        }
        return fail(
            "a parameter, 'loadmodule', 'modparam' or a routing block",
            hint: NearestName.hint(word, among: Array(Keywords.items) + Array(Keywords.routes.keys)))
    }

    /// Reads on to where an item probably starts.
    mutating func recoverItem(from start: Int) {
        let column = tokens[start].range.start.column
        if index == start { advance() }
        var depth = 0
        while !isAtEnd {
            if isSymbol(.leftBrace) { depth += 1 }
            if isSymbol(.rightBrace) {
                depth -= 1
                advance()
                if depth <= 0 { return }
                continue
            }
            if depth == 0, take(.semicolon) { return }
            if depth == 0, isFirstOfLine(), isItemStart() { return }
            if depth == 0, isFirstOfLine(), token.word != nil, token.range.start.column <= column { return }
            advance()
        }
    }

    /// What comes next looks like an item of its own and not like the rest of the one before.
    func isItemStart() -> Bool {
        guard let word = token.word else { return false }
        if isSymbol(.equal, at: 1) { return true }
        let isName = isSymbol(.period, at: 1) || isSymbol(.minus, at: 1) || isSymbol(.colon, at: 1)
        if Keywords.routes[word] != nil || Keywords.items.contains(word) || GlobalParameterForm.all[word] != nil {
            return !isName || isCustomGlobal()
        }
        return isCustomGlobal()
    }

    /// A custom parameter starts here: `group.name =`, or `group[1].name` for an instance.
    private func isCustomGlobal() -> Bool {
        if isSymbol(.leftBracket, at: 1), isSymbol(.rightBracket, at: 3), isSymbol(.period, at: 4) { return true }
        guard isSymbol(.period, at: 1), case .word = peek(2) else { return false }
        return isSymbol(.equal, at: 3)
    }
}

// MARK: Modules

extension Parser {
    private mutating func parseLoadModule() throws(Failure) {
        let start = advance()
        let isEvaluated = start.word == "loadmodulex"
        let hasParentheses = take(.leftParenthesis)
        let path = try expectString("with the name of the module", hint: "loadmodule \"tm.so\"")
        var options: ScriptText?
        if hasParentheses {
            if take(.comma) { options = try expectString("with the options") }
            try expect(.rightParenthesis, "after the name of the module")
        }
        let name = LoadModule.name(ofPath: path.string)
        items.append(
            .loadModule(
                LoadModule(
                    path: path, name: name, options: options, isEvaluated: isEvaluated, range: range(from: start))))
    }

    private mutating func parseModuleParameter() throws(Failure) {
        let start = advance()
        let isEvaluated = start.word == "modparamx"
        isBehindModules = true
        let hint = "\(isEvaluated ? "modparamx" : "modparam")(\"module\", \"parameter\", value)"
        try expect(.leftParenthesis, "after '\(start.word ?? "")'", hint: hint)
        let module = token
        let pattern = try expectString("with the name of the module", hint: hint)
        try expect(.comma, "after the name of the module", hint: hint)
        let parameter = token
        let name = try expectString("with the name of the parameter", hint: hint)
        try expect(.comma, "after the name of the parameter", hint: hint)
        let valueStart = token
        let value = try parseModuleParameterValue(isEvaluated: isEvaluated)
        let valueRange = range(from: valueStart)
        try expect(.rightParenthesis, "after the value", hint: "the value is one number or one string, no expression")
        items.append(
            .moduleParameter(
                ModuleParameter(
                    modulePattern: pattern, name: name, value: value, isEvaluated: isEvaluated,
                    range: range(from: start), moduleRange: module.range, nameRange: parameter.range,
                    valueRange: valueRange)))
    }

    private mutating func parseModuleParameterValue(isEvaluated: Bool) throws(Failure) -> ModuleParameter.Value {
        if case .string(let text) = token.kind {
            advance()
            return .string(text)
        }
        if case .pseudoVariable(let text) = token.kind, isEvaluated {
            advance()
            return .pseudoVariable(text)
        }
        let isNegative = take(.minus)
        guard let value = number(of: token.kind) else {
            var hint: String?
            if case .pseudoVariable = token.kind { hint = "'modparamx' takes variables" }
            if let word = token.word { hint = "text has to stand in quotes: \"\(word.shortened)\"" }
            throw fail(isNegative ? "a number after '-'" : "a number or a string as the value", hint: hint)
        }
        advance()
        return .integer(isNegative ? 0 &- value : value)
    }
}
