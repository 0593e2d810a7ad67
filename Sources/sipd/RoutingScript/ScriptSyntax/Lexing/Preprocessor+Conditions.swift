extension Preprocessor {
    /// The text that comes next belongs to a branch that is not taken.
    var isSkipping: Bool {
        guard let condition = conditions.last else { return false }
        return !condition.isMet || !condition.isParentMet
    }

    mutating func readCondition(_ directive: Directive, from start: SourcePosition) {
        switch directive {
        case .else:
            checkLineEnd(directive, from: start)
            guard !conditions.isEmpty else {
                report("unbalanced-condition", "'#!else' without '#!ifdef' is ignored", at: start, severity: .warning)
                return
            }
            conditions[conditions.count - 1].isMet.toggle()
        case .endif:
            checkLineEnd(directive, from: start)
            if conditions.popLast() == nil {
                report("unbalanced-condition", "'#!endif' without '#!ifdef'", at: start)
            }
        default:
            openCondition(directive, from: start)
        }
    }

    /// Kamailio does not see an `#!else` or `#!endif` that shares its line, which makes a riddle of such a file.
    private mutating func checkLineEnd(_ directive: Directive, from start: SourcePosition) {
        source.skipBlanks()
        guard let byte = source.peek(), byte != .lineFeed else { return }
        report(
            "text-after-directive", "'#!\(directive.rawValue)' has to stand alone on its line",
            hint: "move what follows, also comments, to another line")
        source.skipLine()
    }

    private mutating func openCondition(_ directive: Directive, from start: SourcePosition) {
        source.skipBlanks()
        let isParentMet = !isSkipping
        var isMet = false
        if directive == .ifexp {
            isMet = isParentMet ? readExpressionCondition() : false
            source.skipLine()
        } else {
            let length = source.length(while: \.isWord)
            let name = source.text(length)
            source.advance(length)
            guard length > 0 || !isParentMet else {
                report(
                    "define-name", "'#!\(directive.rawValue)' without a name is ignored", at: start, severity: .warning)
                return
            }
            isMet = (defines[name] != nil) == (directive == .ifdef)
            if isParentMet { warnOfText(after: directive) }
            source.skipLine()
        }
        guard conditions.count < ScriptLimits.conditionsMax else {
            report(
                "condition-limit", "conditions stand more than \(ScriptLimits.conditionsMax) levels deep in each other",
                at: start)
            return
        }
        conditions.append(
            Condition(directive: directive.rawValue, position: start, isMet: isMet, isParentMet: isParentMet))
    }

    private mutating func readExpressionCondition() -> Bool {
        let start = source.position
        do throws(DirectiveExpression.Failure) {
            return try DirectiveExpression.value(of: readDirectiveText(), defines: defines).isTrue
        } catch {
            report("directive-expression", error.message, at: start)
            return false
        }
    }

    private mutating func warnOfText(after directive: Directive) {
        source.skipBlanks()
        guard let byte = source.peek(), byte != .lineFeed, byte != UInt8(ascii: "#") else { return }
        guard byte != UInt8(ascii: "/") || source.peek(1) != UInt8(ascii: "/") else { return }
        report(
            "text-after-directive", "only the first name after '#!\(directive.rawValue)' counts",
            hint: "'#!ifexp' tests several names", severity: .warning)
    }

    /// Reads over text that is not taken, up to and including a directive that may end it; false when there is none.
    ///
    /// As in Kamailio such a directive is seen wherever it stands, also in strings and comments.
    mutating func skipToDirective() -> Bool {
        while let byte = source.peek() {
            guard byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!"), source.peek(1) == UInt8(ascii: "!"),
                let directive = nextDirective(), isConditionHere(directive)
            else {
                source.advance()
                continue
            }
            let start = source.position
            source.advance(2 + directive.rawValue.utf8.count)
            readCondition(directive, from: start)
            return true
        }
        return false
    }

    private func isConditionHere(_ directive: Directive) -> Bool {
        let length = 2 + directive.rawValue.utf8.count
        switch directive {
        case .ifdef, .ifndef, .ifexp:
            return source.peek(length)?.isBlank ?? true
        case .else, .endif:
            let end = source.peek(length + source.length(from: length, while: \.isBlank))
            return end == nil || end == .lineFeed
        default:
            return false
        }
    }
}
