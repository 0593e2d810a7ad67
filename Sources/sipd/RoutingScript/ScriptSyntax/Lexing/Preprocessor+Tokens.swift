extension Preprocessor {
    /// Reads what comes next: a token, a comment, a directive or space.
    ///
    /// False when nothing after it can be read.
    mutating func readToken() -> Bool {
        guard let byte = source.peek() else { return true }
        if byte.isWordStart {
            readWord()
            return true
        }
        if byte.isDigit {
            readNumber()
            return true
        }
        switch byte {
        case .lineFeed: source.advance()
        case _ where byte.isBlank: source.skipBlanks()
        case UInt8(ascii: "#"): readHash()
        case UInt8(ascii: "!") where source.peek(1) == UInt8(ascii: "!") && readDirective(): break
        case UInt8(ascii: "/") where source.peek(1) == UInt8(ascii: "/"): readLineComment()
        case UInt8(ascii: "/") where source.peek(1) == UInt8(ascii: "*"): return readBlockComment()
        case .doubleQuote: return readDoubleQuoted()
        case .singleQuote: return readSingleQuoted()
        case UInt8(ascii: "$"): return readPseudoVariable()
        case UInt8(ascii: "@"): readSelect()
        case UInt8(ascii: ":") where addressLength() > 1: readAddress()
        case .backslash where lineContinuationLength() > 0: source.advance(lineContinuationLength())
        default: readSymbol(byte)
        }
        return true
    }

    /// Reads space and line ends.
    mutating func skipSpace() {
        while let byte = source.peek(), byte.isBlank || byte == .lineFeed { source.advance() }
    }

    /// The length of a backslash with the line end that follows; 0 for other text.
    func lineContinuationLength() -> Int {
        guard source.peek() == .backslash else { return 0 }
        if source.peek(1) == .lineFeed { return 2 }
        return source.peek(1) == .carriageReturn && source.peek(2) == .lineFeed ? 3 : 0
    }
}

// MARK: Words and numbers

extension Preprocessor {
    private mutating func readWord() {
        let start = source.position
        var length = source.length(while: \.isWord)
        guard addressLength() <= length else { return readAddress() }
        var text = source.text(length)
        if source.peek(length) == UInt8(ascii: ":"), let compound = Self.compoundWords[text] {
            let tail = source.text(source.length(from: length + 1, while: \.isWord), from: length + 1)
            if compound.contains(tail) {
                text += ":" + tail
                length = text.utf8.count
            }
        }
        source.advance(length)
        switch text {
        case "include_file": readInclude(text, from: start, isOptional: false)
        case "import_file": readInclude(text, from: start, isOptional: true)
        default:
            if let definition = defines[text], !Keywords.reserved.contains(text) {
                return expand(text, definition, from: start)
            }
            append(.word(text), from: start)
            isModuleNameNext = text == "loadmodule" || text == "loadmodulex"
            if text == "event_route" { readEventName() }
        }
    }

    private static let compoundWords: [String: Set<String>] = ["msg": ["len"], "uri": ["host", "port"]]

    /// Reads the brackets of `event_route[module:event]`, where other rules hold for words than elsewhere.
    private mutating func readEventName() {
        skipSpace()
        guard source.peek() == UInt8(ascii: "[") else { return }
        let start = source.position
        source.advance()
        skipSpace()
        let length = source.length { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "{") && $0 != .lineFeed }
        let name = source.text(length).filter { $0 != "\"" && $0 != "'" && $0 != " " && $0 != "\t" && $0 != "\r" }
        source.advance(length)
        skipSpace()
        guard source.peek() == UInt8(ascii: "]") else {
            report("syntax-error", "expected ']' after the name of the event")
            append(.eventName(name), from: start)
            return
        }
        source.advance()
        append(.eventName(name), from: start)
    }

    private mutating func readNumber() {
        let start = source.position
        let length = source.length(while: \.isWord)
        guard addressLength() <= length else { return readAddress() }
        let text = source.text(length)
        source.advance(length)
        if let value = Self.integer(text) {
            append(.integer(value), from: start)
        } else {
            append(.numberWord(text), from: start)
        }
        isModuleNameNext = false
    }

    /// The value of a number, wrapped to 32 bits as Kamailio does.
    static func integer(_ text: String) -> Int32? {
        var digits = Substring(text)
        let radix: UInt64
        if text.hasPrefix("0x") {
            (digits, radix) = (text.dropFirst(2), 16)
        } else if text.hasSuffix("b"), text.dropLast().allSatisfy({ $0 == "0" || $0 == "1" }) {
            (digits, radix) = (text.dropLast(), 2)
        } else {
            radix = text.hasPrefix("0") && text.count > 1 ? 8 : 10
        }
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in digits.utf8 {
            guard let digit = byte.hexadecimalValue, UInt64(digit) < radix else { return nil }
            let (product, isOverflow) = value.multipliedReportingOverflow(by: radix)
            // strtol, which Kamailio reads with, stays at the largest number.
            value =
                isOverflow || product > UInt64(Int64.max) - UInt64(digit) ? UInt64(Int64.max) : product + UInt64(digit)
        }
        return Int32(truncatingIfNeeded: value)
    }
}

// MARK: Addresses

extension Preprocessor {
    private mutating func readAddress() {
        let start = source.position
        let length = addressLength()
        let text = source.text(length)
        source.advance(length)
        append(.addressIPv6(text), from: start)
        isModuleNameNext = false
    }

    /// The length of the IPv6 address that starts here, 0 if there is none; only eight groups, or `::`, make one.
    func addressLength() -> Int {
        var length = 0
        var groups = 0
        while groups < 7 {
            let digits = groupLength(at: length)
            guard digits > 0, source.peek(length + digits) == UInt8(ascii: ":") else { break }
            length += digits + 1
            groups += 1
        }
        if groups == 7, groupLength(at: length) > 0 { return length + groupLength(at: length) }
        if groups == 0 {
            guard source.peek() == UInt8(ascii: ":"), source.peek(1) == UInt8(ascii: ":") else { return 0 }
            length = 2
        } else {
            guard source.peek(length) == UInt8(ascii: ":") else { return 0 }
            length += 1
        }
        var digits = groupLength(at: length)
        while digits > 0, groups < 8 {
            length += digits
            groups += 1
            digits = source.peek(length) == UInt8(ascii: ":") ? groupLength(at: length + 1) : 0
            if digits > 0, groups < 8 { length += 1 }
        }
        return length
    }

    private func groupLength(at offset: Int) -> Int {
        let length = source.length(from: offset) { $0.hexadecimalValue != nil }
        return length <= 4 ? length : 0
    }
}

// MARK: Signs

extension Preprocessor {
    private mutating func readSymbol(_ byte: UInt8) {
        let start = source.position
        if byte == UInt8(ascii: "("), isModuleNameNext {
            source.advance()
            return append(.symbol(.leftParenthesis), from: start)
        }
        isModuleNameNext = false
        for length in [5, 2, 1] where length != 5 || byte == UInt8(ascii: "(") {
            if let symbol = Symbol(rawValue: source.text(length)) {
                source.advance(length)
                return append(.symbol(symbol), from: start)
            }
        }
        skipStrayBytes(from: start)
    }

    /// Kamailio drops bytes that begin nothing, and so must we, but not in silence.
    private mutating func skipStrayBytes(from start: SourcePosition) {
        let byte = source.peek() ?? 0
        var length = 1
        if byte >= 0x80 { length = source.length { $0 >= 0x80 } }
        if byte < 0x20 { length = source.length { $0 < 0x20 && !$0.isBlank && $0 != .lineFeed } }
        let text = source.text(length)
        source.advance(length)
        let quotes: Set<Character> = ["\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{AB}", "\u{BB}"]
        let isQuote = text.contains { quotes.contains($0) }
        let shown = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" }
        report(
            "stray-text",
            shown ? "'\(text.shortened)' has no meaning here and is ignored" : "unreadable bytes are ignored",
            at: start, hint: isQuote ? "strings need straight quotes: \"...\"" : nil, severity: .warning)
    }

    mutating func readLineComment() {
        source.skipLine()
        while source.isAtEnd, let replacement = source.replacement, popSource() {
            let rest = source.text(source.length { $0 != .lineFeed })
            source.skipLine()
            guard rest.contains(where: { $0 != " " && $0 != "\t" && $0 != "\r" }) else { continue }
            problems.add(
                .warning, replacement.range.start, "comment-in-define",
                "the comment in the definition of '\(replacement.name)' hides the rest of this line",
                hint: "put comments on lines of their own, not behind '#!define'", definition: replacement.definition)
        }
    }

    private mutating func readBlockComment() -> Bool {
        let start = source.position
        source.advance(2)
        var depth = 1
        while depth > 0 {
            guard let byte = source.peek() else {
                report("unterminated-comment", "the comment has no closing '*/'", at: start, severity: .warning)
                return true
            }
            if byte == UInt8(ascii: "*"), source.peek(1) == UInt8(ascii: "/") {
                depth -= 1
                source.advance(2)
            } else if byte == UInt8(ascii: "/"), source.peek(1) == UInt8(ascii: "*") {
                depth += 1
                source.advance(2)
            } else {
                source.advance()
            }
        }
        return true
    }
}
