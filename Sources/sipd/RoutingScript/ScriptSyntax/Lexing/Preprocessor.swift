/// Turns files into tokens: reads words, strings and signs, follows directives and includes, replaces defined names.
///
/// Kamailio does all of this in one pass, so that a definition may hold any text, and directives may stand anywhere;
/// hence preprocessor and lexer are one here too.
struct Preprocessor {
    /// A name that is replaced by its text.
    struct Definition {
        var text: [UInt8]?
        var position: SourcePosition?
        /// The language made it, and versions that do not make it let configurations use the name.
        var isWeak = false
        /// Index into `definitions`.
        var index: Int32 = -1
    }

    /// An open `#!ifdef`.
    struct Condition {
        var directive: String
        /// The name or the expression that it tests.
        var subject: String
        var position: SourcePosition
        /// The text up to the next `#!else` or `#!endif` is read.
        var isMet: Bool
        /// The text around the `#!ifdef` is read.
        var isParentMet: Bool
    }

    let loader: any SourceLoader
    let environment: (String) -> String?

    var source: SourceText
    private var parents: [SourceText] = []
    private(set) var files: [String]
    /// For every file the place that included it.
    private(set) var includePositions: [SourcePosition?] = [nil]
    /// Every definition that was ever made, for notes.
    private(set) var definitions: [(name: String, position: SourcePosition?)] = []
    private(set) var defines: [String: Definition] = [:]
    /// Names whose text is being read, outermost first.
    private var expanding: [String] = []
    private var expansionCount = 0

    var substitutions: [Substitution] = []
    var conditions: [Condition] = []
    /// Why a name is not defined that a skipped `#!define` would have defined.
    var skippedDefinitions: [String: String] = [:]
    var tokens: ContiguousArray<Token> = []
    /// The last words were `loadmodule` and perhaps a parenthesis.
    var isModuleNameNext = false
    var problems = Problems()

    init(bytes: [UInt8], name: String, loader: any SourceLoader, environment: @escaping (String) -> String?) {
        self.loader = loader
        self.environment = environment
        source = SourceText(bytes: bytes, file: 0)
        files = [name]
        tokens.reserveCapacity(bytes.count / 5)
    }

    /// Reads everything; `tokens` ends with `.end` then.
    mutating func run() {
        var isEndReported = false
        while true {
            guard tokens.count < ScriptLimits.tokensMax else {
                report("too-large", "the configuration has more than \(ScriptLimits.tokensMax) words and signs")
                isEndReported = true
                break
            }
            if source.isAtEnd || (isSkipping && !skipToDirective()) {
                guard popSource() else { break }
            } else if !isSkipping, !readToken() {
                isEndReported = true
                break
            }
        }
        for condition in conditions where !isEndReported && !problems.contains("condition-limit") {
            problems.add(
                .error, condition.position, "unbalanced-condition",
                "'#!\(condition.directive)' without '#!endif'")
        }
        let position = isEndReported ? source.lastPosition : source.position
        tokens.append(
            Token(kind: .end(isReported: isEndReported), range: SourceRange(position), definition: -1))
    }

    /// Goes back to the text that the current one stands in; false behind the end of the first file.
    mutating func popSource() -> Bool {
        guard let parent = parents.popLast() else { return false }
        if source.replacement != nil { expanding.removeLast() }
        source = parent
        return true
    }

    mutating func append(_ kind: Token.Kind, from start: SourcePosition) {
        let range = SourceRange(start, source.lastPosition)
        tokens.append(Token(kind: kind, range: range, definition: source.replacement?.definition ?? -1))
    }

    mutating func report(
        _ code: String, _ message: String, at position: SourcePosition? = nil, hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        problems.add(
            severity, position ?? source.position, code, message, hint: hint,
            definition: source.replacement?.definition ?? -1)
    }
}

// MARK: Definitions

extension Preprocessor {
    /// Gives a name its text, whatever it was before.
    mutating func set(_ name: String, _ text: [UInt8]?, at position: SourcePosition?, isWeak: Bool = false) {
        let index = Int32(truncatingIfNeeded: definitions.count)
        definitions.append((name, position))
        defines[name] = Definition(text: text, position: position, isWeak: isWeak, index: index)
    }

    mutating func remove(_ name: String) -> Bool {
        defines.removeValue(forKey: name) != nil
    }

    /// Reads on in the text of a definition; the position of everything in it is that of the name.
    mutating func expand(_ name: String, _ definition: Definition, from start: SourcePosition) {
        guard let text = definition.text, !text.isEmpty else { return }
        let range = source.replacement?.range ?? SourceRange(start, source.lastPosition)
        guard !expanding.contains(name) else {
            report("recursive-define", "the definition of '\(name)' uses itself", at: range.start)
            return
        }
        expansionCount += 1
        guard expanding.count < ScriptLimits.expansionDepthMax, expansionCount <= ScriptLimits.expansionsMax else {
            guard !problems.contains("define-limit") else { return }
            report("define-limit", "the definition of '\(name)' uses too many other definitions", at: range.start)
            return
        }
        expanding.append(name)
        let replacement = SourceText.Replacement(name: name, range: range, definition: definition.index)
        parents.append(source)
        source = SourceText(bytes: text, file: source.file, replacement: replacement)
    }
}

// MARK: Includes

extension Preprocessor {
    /// Reads `include_file "path"` behind its first word.
    mutating func readInclude(_ word: String, from start: SourcePosition, isOptional: Bool) {
        skipSpace()
        guard source.peek() == .doubleQuote else {
            report(
                "include-name", "the file name of '\(word)' has to stand in double quotes",
                hint: "\(word) \"path\"")
            return source.skipLine()
        }
        let position = source.position
        source.advance()
        let length = source.length { $0 != .doubleQuote && $0 != .lineFeed }
        var name = Array(source.text(length).utf8)
        source.advance(length)
        guard source.peek() == .doubleQuote else {
            report("unterminated-string", "the file name has no closing '\"'", at: position)
            return
        }
        source.advance()
        name = substitute(name)
        include(String(decoding: name, as: UTF8.self), from: start, at: position, isOptional: isOptional)
    }

    private mutating func include(
        _ path: String, from start: SourcePosition, at position: SourcePosition, isOptional: Bool
    ) {
        let depth = parents.reduce(0) { $0 + ($1.replacement == nil ? 1 : 0) }
        guard depth < ScriptLimits.includeDepthMax else {
            guard !problems.contains("include-depth") else { return }
            report(
                "include-depth", "files include each other more than \(ScriptLimits.includeDepthMax) levels deep",
                at: position)
            return
        }
        guard files.count <= ScriptLimits.includesMax else {
            guard !problems.contains("include-limit") else { return }
            report("include-limit", "more than \(ScriptLimits.includesMax) files are included", at: position)
            return
        }
        do throws(SourceError) {
            let (bytes, found) = try load(path)
            files.append(found)
            includePositions.append(start)
            parents.append(source)
            source = SourceText(bytes: bytes, file: Int32(truncatingIfNeeded: files.count - 1))
        } catch {
            guard !isOptional || error != .notFound else { return }
            report("include-file", "cannot read \"\(path.shortened)\": \(error)", at: position)
        }
    }

    /// Looks for a path as it is, then in the folder of the file that names it.
    private func load(_ path: String) throws(SourceError) -> (bytes: [UInt8], path: String) {
        do throws(SourceError) {
            return (try loader.load(path), path)
        } catch {
            let includer = files[Int(source.file)]
            guard error == .notFound, !path.hasPrefix("/"), let slash = includer.lastIndex(of: "/") else {
                throw error
            }
            let sibling = includer[...slash] + path
            return (try loader.load(String(sibling)), String(sibling))
        }
    }
}
