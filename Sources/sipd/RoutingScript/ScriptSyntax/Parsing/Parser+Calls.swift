extension Parser {
    /// `name(arguments)`, or the name alone for a command that may be written so.
    mutating func parseCall(_ name: String) throws(Failure) -> FunctionCall {
        let nameToken = advance()
        var call = FunctionCall(name: name, nameRange: nameToken.range, arguments: [])
        let command = CoreCommand.all[name]
        if command?.isBare == true, !isSymbol(.leftParenthesis) { return call }
        try expect(.leftParenthesis, "after '\(name)'")
        if let command {
            call.arguments = try parseCoreArguments(of: name, command)
        } else {
            call.arguments = try parseArguments(of: name)
        }
        return call
    }

    private mutating func parseArguments(of name: String) throws(Failure) -> [Argument] {
        if take(.rightParenthesis) { return [] }
        argumentNesting += 1
        defer { argumentNesting -= 1 }
        if isSymbol(.comma), !isSymbol(.rightParenthesis, at: 1) {
            report(
                "empty-argument", "the first argument of '\(name)' is empty and does not count", at: token,
                severity: .warning)
            advance()
        }
        var arguments: [Argument] = []
        repeat {
            let start = token
            if let word = token.word, isSymbol(.comma, at: 1) || isSymbol(.rightParenthesis, at: 1),
                Keywords.numbers[word] == nil, Keywords.legacyFields[word] == nil, word != "myself"
            {
                throw fail("an argument for '\(name)'", hint: "text has to stand in quotes: \"\(word.shortened)\"")
            }
            let value = try parseExpression()
            arguments.append(Argument(.expression(value), range(from: start)))
        } while take(.comma)
        try expect(.rightParenthesis, "or ',' after the argument of '\(name)'")
        return arguments
    }

    private mutating func parseCoreArguments(of name: String, _ command: CoreCommand) throws(Failure) -> [Argument] {
        var forms = command.forms
        var arguments: [Argument] = []
        while true {
            let position = arguments.count
            if isSymbol(.rightParenthesis), forms.contains(where: { $0.count == position }) {
                advance()
                return arguments
            }
            forms.removeAll { $0.count <= position }
            guard !forms.isEmpty else {
                throw fail("')' after \(position == 0 ? "'\(name)('" : "the arguments of '\(name)'")")
            }
            if position > 0 { try expect(.comma, "after the argument of '\(name)'") }
            guard let form = forms.map({ $0[position] }).first(where: matches) else {
                var titles: [String] = []
                for form in forms where !titles.contains(form[position].title) { titles.append(form[position].title) }
                throw fail("\(titles.joined(separator: " or ")) as the argument of '\(name)'")
            }
            forms.removeAll { String(describing: $0[position]) != String(describing: form) }
            arguments.append(try parseCoreArgument(form, of: name))
        }
    }

    /// Whether an argument of this form can start here.
    private func matches(_ form: CoreArgument) -> Bool {
        switch form {
        case .number: return number(of: token.kind) != nil
        case .string:
            if case .string = token.kind { return true }
            return false
        case .flag:
            if case .string = token.kind { return true }
            return token.word != nil || number(of: token.kind) != nil
        case .socket: return canStartHost() || isSymbol(.asterisk)
        case .host: return canStartHost() && !isWord("uri:port")
        case .address: return canStartHost() && !isWord("uri:host") && !isWord("uri:port")
        case .port: return number(of: token.kind) != nil || isWord("uri:port")
        case .transport: return token.word.flatMap { Keywords.transports[$0] }.map { $0 != .ws && $0 != .wss } ?? false
        case .route, .expression: return !isSymbol(.rightParenthesis) && !isSymbol(.comma)
        }
    }

    private mutating func parseCoreArgument(_ form: CoreArgument, of name: String) throws(Failure) -> Argument {
        let start = token
        switch form {
        case .number, .string: return Argument(.expression(constant()), start.range)
        case .flag: return Argument(parseFlag(of: name), start.range)
        case .socket:
            let socket = try parseSocket("as the argument of '\(name)'")
            return Argument(.socket(socket), socket.range)
        case .host, .address:
            if take("uri:host") { return Argument(.uriHost, start.range) }
            if case .string = token.kind { return Argument(.expression(constant()), start.range) }
            let host = try parseHost("as the argument of '\(name)'")
            return Argument(.host(host), range(from: start))
        case .port:
            if take("uri:port") { return Argument(.uriPort, start.range) }
            return Argument(.expression(constant()), start.range)
        case .transport:
            advance()
            return Argument(.identifier(start.word?.lowercased() ?? ""), start.range)
        case .route:
            if let word = token.word, isSymbol(.rightParenthesis, at: 1) {
                advance()
                return Argument(.identifier(word), start.range)
            }
            return Argument(.expression(try parseExpression()), range(from: start))
        case .expression:
            return Argument(.expression(try parseExpression()), range(from: start))
        }
    }

    /// A number or a string alone; `matches` has seen that one comes next.
    private mutating func constant() -> Expression {
        let constant = advance()
        if case .string(let text) = constant.kind { return Expression(.string(text), constant.range) }
        return Expression(.integer(number(of: constant.kind) ?? 0), constant.range)
    }

    private mutating func parseFlag(of name: String) -> Argument.Kind {
        let flag = token
        if let number = number(of: flag.kind) {
            if !(0...31).contains(number) {
                report("flag-number", "there is no flag \(number); flags go from 0 to 31", at: flag)
            }
            return .expression(constant())
        }
        let isAttribute = name.hasSuffix("avpflag") || name.hasSuffix("avpflagset")
        if case .string(let text) = flag.kind {
            flagUses.append(FlagUse(name: text.string, isAttribute: isAttribute, token: flag))
            return .expression(constant())
        }
        advance()
        let word = flag.word ?? ""
        flagUses.append(FlagUse(name: word, isAttribute: isAttribute, token: flag))
        return .identifier(word)
    }
}
