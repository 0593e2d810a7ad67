extension Parser {
    /// `uri == myself`, `src_ip == 10.0.0.0/8` and the like; `myself == uri` comes out the same way round.
    mutating func parseLegacy() throws(Failure) -> Expression {
        let start = advance()
        let word = start.word ?? ""
        let comparison: LegacyComparison
        if word == "myself" {
            comparison = try parseReversed()
        } else {
            guard let field = Keywords.legacyFields[word] else { throw fail("a value") }
            if field == .sendAddress || field == .toAddress, routeKind != .onSend {
                report("legacy-field", "'\(word)' exists in 'onsend_route' only", at: start)
            }
            let sign = try parseComparison(of: word, Self.comparisons(of: field))
            let valueStart = token
            let value = try parseValue(of: field, word)
            comparison = LegacyComparison(
                field: field, comparison: sign, value: value, valueRange: range(from: valueStart))
        }
        var depth: Int32 = 0
        if case .expression(let value) = comparison.value { depth = value.depth }
        return try make(.legacy(comparison), range(from: start), below: depth)
    }

    private mutating func parseReversed() throws(Failure) -> LegacyComparison {
        let myself = previous
        let sign = try parseComparison(of: "myself", Self.equality)
        guard let word = token.word, let field = Keywords.legacyFields[word], Self.takesMyself(field) else {
            throw fail("'uri', 'from_uri', 'to_uri', 'src_ip' or 'dst_ip' to compare with 'myself'")
        }
        if field == .sendAddress || field == .toAddress, routeKind != .onSend {
            report("legacy-field", "'\(word)' exists in 'onsend_route' only", at: token)
        }
        advance()
        return LegacyComparison(field: field, comparison: sign, value: .myself, valueRange: myself.range)
    }

    private static let equality: [BinaryOperator] = [.equal, .notEqual, .stringEqual, .stringNotEqual]

    private static func comparisons(of field: LegacyComparison.Field) -> [BinaryOperator] {
        switch field {
        case .method, .uri, .fromURI, .toURI, .sourceAddress, .destinationAddress, .sendAddress, .toAddress:
            equality + [.match]
        case .sourcePort, .destinationPort, .sendPort, .toPort, .addressFamily, .sendFamily, .messageLength:
            equality + [.less, .greater, .lessOrEqual, .greaterOrEqual]
        case .transport, .sendTransport: equality
        }
    }

    private static func takesMyself(_ field: LegacyComparison.Field) -> Bool {
        switch field {
        case .uri, .fromURI, .toURI, .sourceAddress, .destinationAddress, .sendAddress, .toAddress: true
        default: false
        }
    }

    private mutating func parseComparison(
        of word: String, _ allowed: [BinaryOperator]
    ) throws(Failure) -> BinaryOperator {
        guard let kind = nextOperator?.kind, allowed.contains(kind) else {
            let names = allowed.map(\.rawValue).joined(separator: " ")
            var hint = isSymbol(.equal) ? "'==' compares, '=' assigns" : nil
            if word == "myself" { hint = "other values than 'uri' and the like are tested by is_myself(\"$ru\")" }
            throw fail("one of \(names) after '\(word)'", hint: hint)
        }
        advance()
        return kind
    }

    private mutating func parseValue(
        of field: LegacyComparison.Field, _ word: String
    ) throws(Failure) -> LegacyComparison.Value {
        if isWord("myself"), Self.takesMyself(field) {
            advance()
            return .myself
        }
        switch field {
        case .method:
            if let bare = token.word, isBareValue(bare) {
                advance()
                return .identifier(bare)
            }
        case .transport, .sendTransport:
            if let bare = token.word, let transport = Keywords.transports[bare] {
                advance()
                return .transport(transport)
            }
            if take(.asterisk) { return .transport(.any) }
        case .sourceAddress, .destinationAddress, .sendAddress, .toAddress:
            if let value = try parseAddressValue(word) { return value }
        default: break
        }
        return .expression(try parseExpression(level: Self.equalityLevel + 1))
    }

    /// The word is text and neither a call nor something with a meaning of its own.
    private func isBareValue(_ word: String) -> Bool {
        !isSymbol(.leftParenthesis, at: 1) && !Keywords.reserved.contains(word)
    }

    private mutating func parseAddressValue(_ word: String) throws(Failure) -> LegacyComparison.Value? {
        switch token.kind {
        case .integer:
            guard isSymbol(.period, at: 1) else {
                throw fail("an address, a host name, a string, a variable or 'myself' after '\(word)'")
            }
            return try parseNetwork()
        case .addressIPv6, .symbol(.leftBracket): return try parseNetwork()
        case .word(let name) where !isSymbol(.leftParenthesis, at: 1) && !Keywords.reserved.contains(name):
            return .host(try parseHost("to compare with"))
        case .numberWord: return .host(try parseHost("to compare with"))
        default: return nil
        }
    }

    private mutating func parseNetwork() throws(Failure) -> LegacyComparison.Value {
        let isIPv4 = !isSymbol(.leftBracket) && isSymbol(.period, at: 1)
        let address = isIPv4 ? try parseAddressIPv4() : try parseHost("to compare with")
        guard take(.slash) else { return .address(address, mask: nil) }
        if isIPv4, isSymbol(.period, at: 1) { return .address(address, mask: try parseAddressIPv4()) }
        if case .addressIPv6(let mask) = token.kind, !isIPv4 {
            advance()
            return .address(address, mask: mask)
        }
        let bits: Int32 = isIPv4 ? 32 : 128
        guard case .integer(let value) = token.kind, (0...bits).contains(value) else {
            throw fail("a prefix length from 0 to \(bits)\(isIPv4 ? " or a mask like 255.0.0.0" : "") after '/'")
        }
        advance()
        return .address(address, mask: String(value))
    }
}
