extension Parser {
    mutating func parseRoute(_ keyword: RouteKind) throws(Failure) {
        let start = advance()
        let word = start.word ?? keyword.rawValue
        isBehindModules = true
        let nameToken = token
        let name = try parseRouteName(keyword, word)
        let nameRange = name == nil ? start.range : range(from: nameToken)
        let kind: RouteKind = keyword == .onReply && name == nil ? .reply : keyword
        guard isSymbol(.leftBrace) else {
            throw fail("'{' after '\(word)'", hint: isSymbol(.leftParenthesis) ? "\(word)[NAME] { ... }" : nil)
        }
        routeKind = kind
        defer { routeKind = nil }
        let body = try parseBlock(of: word)
        let block = RouteBlock(kind: kind, name: name, body: body, range: range(from: start), nameRange: nameRange)
        if name != nil { checkDuplicate(block, at: start) }
        items.append(.route(block))
    }

    private mutating func parseRouteName(_ kind: RouteKind, _ word: String) throws(Failure) -> String? {
        if kind == .event { return try parseEventName() }
        guard isSymbol(.leftBracket) else { return nil }
        guard word != "request_route", kind != .reply else {
            throw fail(
                "'{' after '\(word)'", hint: kind == .reply ? "named: onreply_route[NAME]" : "named: route[NAME]")
        }
        advance()
        let name: String
        switch token.kind {
        case .word(let text): name = text
        case .string(let text): name = text.string
        case .integer(let value): name = String(value)
        default: throw fail("the name of the route", hint: "names have letters, digits and '_', or stand in quotes")
        }
        advance()
        try expect(.rightBracket, "after the name of the route", hint: "other names have to stand in quotes")
        return name == "0" ? nil : name
    }

    private mutating func parseEventName() throws(Failure) -> String {
        guard case .eventName(let name) = token.kind else {
            throw fail("'[' after 'event_route'", hint: "event_route[module:event] { ... }")
        }
        let parts = name.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isWord || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        }
        guard parts.count > 1, isName else {
            report(
                "event-name", "'\(name.shortened)' is not the name of an event", at: token,
                hint: "it is that of a module and that of an event: event_route[htable:mod-init]")
            throw Failure()
        }
        advance()
        return name
    }

    private mutating func checkDuplicate(_ block: RouteBlock, at start: Token) {
        let isEmpty = block.body.allSatisfy { if case .empty = $0.kind { true } else { false } }
        if routeTitles.contains(block.title) {
            report("duplicate-route", "\(block.title) is there already", at: start)
        } else if !isEmpty {
            routeTitles.insert(block.title)
        }
    }
}
