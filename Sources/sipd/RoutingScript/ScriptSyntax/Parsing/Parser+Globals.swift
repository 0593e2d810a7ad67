extension Parser {
    mutating func parseGlobal(_ form: GlobalParameterForm) throws(Failure) {
        let start = advance()
        let word = start.word ?? form.name
        try expect(.equal, "after '\(word)'")
        let valueStart = token
        let value = try parseGlobalValue(form.value, of: word)
        let valueRange = range(from: valueStart)
        if form.isEarly, isBehindModules {
            report(
                "late-global", "'\(word)' has to stand before every 'modparam' and every routing block", at: start)
        }
        items.append(
            .global(GlobalParameter(name: form.name, value: value, range: range(from: start), valueRange: valueRange)))
    }

    private mutating func parseGlobalValue(
        _ type: GlobalParameterForm.Value, of name: String
    ) throws(Failure) -> GlobalValue {
        let kind = token.kind
        let number = number(of: kind)
        switch type {
        case .integer, .signedInteger, .integerOrIdentifier, .integerOrString:
            if let number {
                advance()
                return .integer(number)
            }
            if case .signedInteger = type, take(.minus), case .integer(let value) = token.kind {
                advance()
                return .integer(0 &- value)
            }
            if case .integerOrIdentifier = type, case .word(let word) = kind { return identifier(word) }
            if case .integerOrString = type, case .string(let text) = kind { return string(text) }
        case .string, .stringOrIdentifier, .identifier:
            if case .string(let text) = kind {
                if case .identifier = type { break }
                return string(text)
            }
            if case .word(let word) = kind {
                if case .string = type { break }
                return identifier(word)
            }
        case .transport:
            if case .word(let word) = kind, let transport = Keywords.transports[word],
                transport != .ws, transport != .wss
            {
                return identifier(transport.rawValue)
            }
        case .host, .addressIPv4, .addressIPv6:
            if let value = try parseHostValue(type) { return value }
        }
        throw fail("\(type.title) for '\(name)'")
    }

    private mutating func identifier(_ word: String) -> GlobalValue {
        advance()
        return .identifier(word)
    }

    private mutating func string(_ text: ScriptText) -> GlobalValue {
        advance()
        return .string(text)
    }

    private mutating func parseHostValue(_ type: GlobalParameterForm.Value) throws(Failure) -> GlobalValue? {
        if case .host = type, case .string(let text) = token.kind { return string(text) }
        switch type {
        case .addressIPv4: guard case .integer = token.kind else { return nil }
        case .addressIPv6:
            if case .addressIPv6 = token.kind { break }
            guard isSymbol(.leftBracket) else { return nil }
        default: guard canStartHost() else { return nil }
        }
        return .host(try parseHost("as the value"))
    }

    /// `coreparam[name] = value` of Kamailio 6.
    mutating func parseCoreParameter() throws(Failure) {
        let start = advance()
        try expect(.leftBracket, "after 'coreparam'", hint: "coreparam[name] = value")
        let name: String
        switch token.kind {
        case .word(let word): name = word
        case .string(let text): name = text.string
        default: throw fail("the name of a parameter")
        }
        advance()
        try expect(.rightBracket, "after the name of the parameter")
        try expect(.equal, "after 'coreparam[\(name.shortened)]'")
        let valueStart = token
        let value: GlobalValue
        if let number = number(of: token.kind) {
            advance()
            value = .integer(number)
        } else if case .string(let text) = token.kind {
            value = string(text)
        } else if case .word(let word) = token.kind {
            value = identifier(word)
        } else {
            throw fail("a number, a string or a word as the value")
        }
        items.append(
            .global(
                GlobalParameter(
                    name: "coreparam.\(name)", value: value, range: range(from: start),
                    valueRange: range(from: valueStart))))
    }

    mutating func parseCustomGlobal(_ group: String) throws(Failure) {
        let start = advance()
        var instance: Int32?
        if take(.leftBracket) {
            guard case .integer(let value) = token.kind else { throw fail("the number of an instance") }
            instance = value
            advance()
            try expect(.rightBracket, "after the number of the instance")
        }
        try expect(.period, "after '\(group)'")
        guard case .word(let name) = token.kind else { throw fail("a name after '\(group).'") }
        advance()
        try expect(.equal, "after '\(group).\(name)'")
        let value: GlobalValue
        if let number = number(of: token.kind) {
            advance()
            value = .integer(number)
        } else if case .string(let text) = token.kind {
            value = string(text)
        } else {
            throw fail("a number or a string in quotes for '\(group).\(name)'")
        }
        var summary: ScriptText?
        if take("desc") || take("descr") || take("description") { summary = try expectString("with the description") }
        items.append(
            .customGlobal(
                CustomGlobal(
                    group: group, instance: instance, name: name, value: value, summary: summary,
                    range: range(from: start))))
    }

    mutating func parseFlags(_ kind: FlagDeclaration.Kind) throws(Failure) {
        let start = advance()
        repeat {
            let first = token
            let name: String
            switch token.kind {
            case .word(let word): name = word
            case .string(let text): name = text.string
            default: throw fail("the name of a flag after '\(start.word ?? "flags")'")
            }
            advance()
            var number: Int32?
            if kind == .message, take(.colon) {
                guard case .integer(let value) = token.kind else {
                    throw fail("the number of flag '\(name.shortened)'")
                }
                if !(0...31).contains(value) {
                    report(
                        "flag-number", "flag '\(name.shortened)' has number \(value); flags go from 0 to 31", at: token)
                }
                number = value
                advance()
            }
            items.append(
                .flags(FlagDeclaration(kind: kind, name: name, number: number, range: range(from: first))))
        } while take(.comma)
    }
}
