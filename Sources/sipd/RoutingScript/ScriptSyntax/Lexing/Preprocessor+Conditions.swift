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
            "text-after-directive", "'#!\(directive.rawValue)' has to stand alone on its line", at: start,
            hint: "move what follows, also comments, to another line")
        source.skipLine()
    }

    private mutating func openCondition(_ directive: Directive, from start: SourcePosition) {
        source.skipBlanks()
        let isParentMet = !isSkipping
        var isMet = false
        var name = "the expression"
        if directive == .ifexp {
            isMet = isParentMet ? readExpressionCondition() : false
            source.skipLine()
        } else {
            let length = source.length { !$0.isBlank && $0 != .lineFeed }
            name = source.text(length)
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
            guard !problems.contains("condition-limit") else { return }
            report(
                "condition-limit", "conditions stand more than \(ScriptLimits.conditionsMax) levels deep in each other",
                at: start)
            return
        }
        conditions.append(
            Condition(
                directive: directive.rawValue, subject: name, position: start, isMet: isMet, isParentMet: isParentMet))
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
                if byte == UInt8(ascii: "#") { noteSkippedDefinition() }
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

    /// Remembers a definition that is not made, since a name that is missing later is often one of those.
    private mutating func noteSkippedDefinition() {
        guard source.peek(1) == UInt8(ascii: "!"), let directive = nextDirective(),
            [.define, .def, .trydef, .trydefine].contains(directive),
            let condition = conditions.first(where: { !$0.isMet || !$0.isParentMet })
        else { return }
        let offset = 2 + directive.rawValue.utf8.count
        let blanks = source.length(from: offset, while: \.isBlank)
        let name = source.text(source.length(from: offset + blanks, while: \.isWord), from: offset + blanks)
        guard skippedDefinitions.count < ScriptLimits.diagnosticsMax else { return }
        let place = "\(files[Int(source.file)]):\(source.position.line)"
        skippedDefinitions[name] =
            "'#!\(directive.rawValue) \(name.shortened)' at \(place) is skipped by "
            + "'#!\(condition.directive) \(condition.subject.shortened)'"
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
