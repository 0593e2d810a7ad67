import Suggestions

/// The directives of the preprocessor, written behind `#!` or `!!`.
enum Directive: String, CaseIterable {
    case define, def, trydefine, trydef, redefine, redef, undef, tryundef
    case ifdef, ifndef, ifexp, `else`, endif
    case defexp, defexps, defenv, defenvs, trydefenv, trydefenvs
    case subst, substdef, substdefs
    case includeFile = "include_file"
    case importFile = "import_file"
    case kamailio = "KAMAILIO"
    case openser = "OPENSER"
    case all = "ALL"
    case maxcompat = "MAXCOMPAT"
    case ser = "SER"

    /// The directive takes up a whole line; followed by anything else it is a comment.
    var isDialect: Bool {
        switch self {
        case .kamailio, .openser, .all, .maxcompat, .ser: true
        default: false
        }
    }
}

extension Preprocessor {
    mutating func readHash() {
        if source.peek(1) == UInt8(ascii: "!") {
            if readDirective() { return }
            warnOfUnknownDirective()
        }
        readLineComment()
    }

    /// The directive that starts with the next two bytes.
    func nextDirective() -> Directive? {
        let length = source.length(from: 2, while: \.isWord)
        guard let directive = Directive(rawValue: source.text(length, from: 2)) else { return nil }
        if directive.isDialect {
            let blanks = source.length(from: 2 + length, while: \.isBlank)
            let end = source.peek(2 + length + blanks)
            return end == nil || end == .lineFeed ? directive : nil
        }
        return directive
    }

    /// Reads a directive and does what it says; false when none starts here.
    mutating func readDirective() -> Bool {
        guard let directive = nextDirective() else { return false }
        let start = source.position
        source.advance(2 + directive.rawValue.utf8.count)
        switch directive {
        case .define, .def: readDefine(directive, .define)
        case .trydefine, .trydef: readDefine(directive, .keep)
        case .redefine, .redef: readDefine(directive, .replace)
        case .undef, .tryundef: readUndefine(directive)
        case .defexp, .defexps: readDefineExpression(directive)
        case .defenv, .defenvs, .trydefenv, .trydefenvs: readDefineEnvironment(directive)
        case .ifdef, .ifndef, .ifexp, .else, .endif: readCondition(directive, from: start)
        case .subst, .substdef, .substdefs: readSubstitution(directive, from: start)
        case .includeFile: readInclude("#!include_file", from: start, isOptional: false)
        case .importFile: readInclude("#!import_file", from: start, isOptional: true)
        case .kamailio, .openser: break
        case .all, .maxcompat:
            report(
                "dialect", "'#!\(directive.rawValue)' is read as '#!KAMAILIO'", at: start, severity: .warning)
        case .ser:
            report("dialect", "the SER dialect is not supported", at: start, hint: "start the file with '#!KAMAILIO'")
        }
        return true
    }

    /// Kamailio takes `#!word` for a comment when it does not know the word; a slip of the pen should be seen.
    private mutating func warnOfUnknownDirective() {
        let length = source.length(from: 2) { $0.isWord }
        let word = source.text(length, from: 2)
        let end = source.peek(2 + length)
        guard length > 0, word.utf8.first?.isLetter == true else { return }
        guard end == nil || end == .lineFeed || end?.isBlank == true, Directive(rawValue: word) == nil else { return }
        // Two mistakes also in short words: other preprocessors have `elif`.
        let nearest = NearestName.of(word, among: Directive.allCases.map(\.rawValue), limit: 2)
        report(
            "unknown-directive", "'#!\(word.shortened)' is no directive and is read as a comment",
            hint: nearest.map { "did you mean '#!\($0)'?" },
            severity: .warning)
    }
}

// MARK: Definitions

extension Preprocessor {
    enum DefineMode {
        case define, keep, replace
    }

    /// The rest of the line without blanks around it; a backslash before the line end continues it.
    mutating func readDirectiveText() -> [UInt8] {
        source.skipBlanks()
        var bytes: [UInt8] = []
        while let byte = source.peek(), byte != .lineFeed {
            let continuation = lineContinuationLength()
            if continuation == 0 { bytes.append(byte) }
            source.advance(max(continuation, 1))
        }
        while let last = bytes.last, last.isBlank { bytes.removeLast() }
        return bytes
    }

    /// The name behind a directive; nil, with a problem reported, when there is none.
    private mutating func readDefineName(_ directive: Directive, until isEnd: (UInt8) -> Bool = { _ in false })
        -> String?
    {
        source.skipBlanks()
        let length = source.length { !$0.isBlank && $0 != .lineFeed && !isEnd($0) }
        let name = source.text(length)
        guard length > 0 else {
            report(
                "define-name", "'#!\(directive.rawValue)' without a name is ignored", severity: .warning)
            return nil
        }
        guard !name.contains("-") else {
            report("define-name", "'\(name.shortened)' is no name: '-' is not allowed in it")
            source.skipLine()
            return nil
        }
        if !Self.isWord(name) {
            report(
                "define-name", "'\(name.shortened)' is no name, so nothing can use it",
                hint: "names have letters, digits and '_', and start with no digit", severity: .warning)
        } else if Keywords.reserved.contains(name) {
            report("define-name", "'\(name)' is a keyword, which a definition cannot change", severity: .warning)
        }
        source.advance(length)
        return name
    }

    static func isWord(_ name: String) -> Bool {
        name.utf8.first?.isWordStart == true && name.utf8.allSatisfy(\.isWord)
    }

    private mutating func readDefine(_ directive: Directive, _ mode: DefineMode) {
        guard let position = nextWordPosition(), let name = readDefineName(directive) else { return }
        let text = readDirectiveText()
        define(name, text.isEmpty ? nil : text, mode, at: position)
    }

    private mutating func nextWordPosition() -> SourcePosition? {
        source.skipBlanks()
        return source.position
    }

    mutating func define(_ name: String, _ text: [UInt8]?, _ mode: DefineMode, at position: SourcePosition?) {
        if let old = defines[name], !old.isWeak, mode != .replace {
            guard mode == .define else { return }
            let place =
                old.position.map { " at \(files[Int($0.file)]):\($0.line):\($0.column)" } ?? " before the file was read"
            report(
                "duplicate-define", "'\(name)' was already defined\(place)", at: position,
                hint: "'#!trydef' keeps the first definition, '#!redef' replaces it")
            return
        }
        set(name, text, at: position)
    }

    /// Kamailio 5.6 takes these for comments; here they do what they do in later versions.
    private mutating func readUndefine(_ directive: Directive) {
        guard let position = nextWordPosition(), let name = readDefineName(directive) else { return }
        if !remove(name), directive == .undef {
            report("undefined-name", "'\(name)' is not defined", at: position, severity: .warning)
        }
    }

    private mutating func readDefineExpression(_ directive: Directive) {
        guard let position = nextWordPosition(), let name = readDefineName(directive) else { return }
        source.skipBlanks()
        let start = source.position
        let text = readDirectiveText()
        do throws(DirectiveExpression.Failure) {
            let value = try DirectiveExpression.value(of: text, defines: defines)
            let result = directive == .defexps ? "\"\(value.text)\"" : value.text
            define(name, Array(result.utf8), .define, at: position)
        } catch {
            report("directive-expression", error.message, at: start)
        }
    }

    private mutating func readDefineEnvironment(_ directive: Directive) {
        guard let position = nextWordPosition(),
            let name = readDefineName(directive, until: { $0 == UInt8(ascii: "=") })
        else {
            return
        }
        var variable = name
        if source.peek() == UInt8(ascii: "=") {
            source.advance()
            let length = source.length { !$0.isBlank && $0 != .lineFeed }
            variable = source.text(length)
            source.advance(length)
        }
        let isOptional = directive == .trydefenv || directive == .trydefenvs
        guard let value = environment(variable) else {
            guard !isOptional else { return }
            report(
                "environment", "the environment has no variable '\(variable.shortened)'", at: position,
                hint: "'#!try\(directive.rawValue)' leaves '\(name)' undefined then")
            return
        }
        let isQuoted = directive == .defenvs || directive == .trydefenvs
        define(name, Array((isQuoted ? "\"\(value)\"" : value).utf8), .define, at: position)
    }
}
