extension Preprocessor {
    /// Reads `"..."` with its escapes, and all strings that follow it with nothing but space between.
    mutating func readDoubleQuoted() -> Bool {
        let start = source.position
        var bytes: [UInt8] = []
        repeat {
            let opening = source.position
            source.advance()
            guard readDoubleQuotedPart(&bytes) else {
                reportUnterminated(at: opening, "\"")
                return false
            }
        } while isStringNext()
        appendString(bytes, from: start)
        return true
    }

    /// Reads up to the closing quote; false when there is none.
    private mutating func readDoubleQuotedPart(_ bytes: inout [UInt8]) -> Bool {
        while let byte = source.peek() {
            if byte == .doubleQuote {
                source.advance()
                return true
            }
            if byte == .backslash {
                readEscape(&bytes)
            } else {
                bytes.append(byte)
                source.advance()
            }
        }
        return false
    }

    /// Reads a backslash and what it changes; escapes that do not exist stay as they are, which regular expressions
    /// rely on.
    private mutating func readEscape(_ bytes: inout [UInt8]) {
        let continuation = lineContinuationLength()
        if continuation > 0 { return source.advance(continuation) }
        guard let byte = source.peek(1) else { return source.advance() }
        switch byte {
        case UInt8(ascii: "n"): bytes.append(.lineFeed)
        case UInt8(ascii: "r"): bytes.append(.carriageReturn)
        case UInt8(ascii: "t"): bytes.append(.tab)
        case UInt8(ascii: "a"): bytes.append(0x07)
        case .doubleQuote, .backslash: bytes.append(byte)
        case UInt8(ascii: "x") where source.peek(2)?.hexadecimalValue != nil: return readHexadecimalEscape(&bytes)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            let length = min(source.length(from: 1) { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") }, 3)
            guard length >= 2 else { fallthrough }
            let value = (1...length).reduce(0) { $0 * 8 + Int((source.peek($1) ?? 0) & 7) }
            bytes.append(UInt8(truncatingIfNeeded: value))
            return source.advance(1 + length)
        default: bytes += [.backslash, byte]
        }
        source.advance(2)
    }

    private mutating func readHexadecimalEscape(_ bytes: inout [UInt8]) {
        let length = min(source.length(from: 2) { $0.hexadecimalValue != nil }, 2)
        let value = (0..<length).reduce(UInt8(0)) { $0 &* 16 &+ (source.peek(2 + $1)?.hexadecimalValue ?? 0) }
        bytes.append(value)
        source.advance(2 + length)
    }

    /// Whether nothing but space comes before the next string, which is read over then.
    private mutating func isStringNext() -> Bool {
        while true {
            let space = source.length { $0.isBlank || $0 == .lineFeed }
            if source.peek(space) == .doubleQuote {
                skipSpace()
                return true
            }
            guard source.peek(space) == nil, source.replacement != nil, popSource() else { return false }
        }
    }

    /// Reads `'...'`, in which no byte has a special meaning.
    mutating func readSingleQuoted() -> Bool {
        let start = source.position
        source.advance()
        var bytes: [UInt8] = []
        while let byte = source.peek() {
            source.advance()
            if byte == .singleQuote {
                appendString(bytes, from: start)
                return true
            }
            bytes.append(byte)
        }
        reportUnterminated(at: start, "'")
        return false
    }

    private mutating func appendString(_ bytes: [UInt8], from start: SourcePosition) {
        var text = substitute(bytes)
        if let end = text.firstIndex(of: 0) {
            report("null-byte", "the string ends at its null byte", at: start, severity: .warning)
            text.removeSubrange(end...)
        }
        append(.string(ScriptText(bytes: text)), from: start)
        if isModuleNameNext { defineModule(text) }
        isModuleNameNext = false
    }

    /// Makes `MOD_name` when a module is loaded.
    private mutating func defineModule(_ path: [UInt8]) {
        let name = "MOD_" + LoadModule.name(ofPath: String(decoding: path, as: UTF8.self))
        if defines[name] == nil { set(name, nil, at: nil) }
    }

    private mutating func reportUnterminated(at position: SourcePosition, _ quote: String) {
        report("unterminated-string", "the string has no closing \(quote)", at: position)
    }
}

// MARK: Variables and selects

extension Preprocessor {
    /// Reads `$name`, `$name(...)`, `$(...)` and `$?` as they are; their inside has a grammar of its own.
    mutating func readPseudoVariable() -> Bool {
        let start = source.position
        isModuleNameNext = false
        var length = 1
        if source.peek(1) == UInt8(ascii: "?") {
            length = 2
        } else {
            if source.peek(1)?.isWordStart == true { length += source.length(from: 1, while: \.isWord) }
            if source.peek(length) == UInt8(ascii: "(") {
                guard let inner = parenthesesLength(from: length) else {
                    report("unterminated-variable", "the variable has no closing ')'", at: start)
                    return false
                }
                length += inner
            }
        }
        var bytes: [UInt8] = []
        for _ in 0..<length {
            bytes.append(source.peek() ?? 0)
            source.advance()
        }
        guard length > 1 else {
            report("syntax-error", "'$' has to be followed by the name of a variable", at: start)
            bytes.append(UInt8(ascii: "?"))
            return true
        }
        append(.pseudoVariable(ScriptText(bytes: substitute(bytes))), from: start)
        return true
    }

    /// The length of a pair of parentheses and what is in it; nil when the second one is missing.
    private func parenthesesLength(from offset: Int) -> Int? {
        var depth = 0
        var length = 0
        while let byte = source.peek(offset + length) {
            length += 1
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return length }
        }
        return nil
    }

    /// Reads `@name.name[1].name["x"]`.
    mutating func readSelect() {
        let start = source.position
        isModuleNameNext = false
        var length = 1 + source.length(from: 1, while: \.isWord)
        guard length > 1 else {
            source.advance()
            report("syntax-error", "'@' has to be followed by the name of a select", at: start)
            return
        }
        while true {
            if source.peek(length) == UInt8(ascii: "."), source.peek(length + 1)?.isWord == true {
                length += 1 + source.length(from: length + 1, while: \.isWord)
            } else if let index = selectIndexLength(from: length) {
                length += index
            } else {
                break
            }
        }
        var bytes: [UInt8] = []
        for _ in 0..<length {
            bytes.append(source.peek() ?? 0)
            source.advance()
        }
        append(.select(ScriptText(bytes: substitute(bytes))), from: start)
    }

    /// The length of `[1]`, `[-1]` or `["name"]`, space inside of the brackets included.
    private func selectIndexLength(from offset: Int) -> Int? {
        guard source.peek(offset) == UInt8(ascii: "[") else { return nil }
        var end = offset + 1
        end += source.length(from: end, while: \.isBlank)
        if source.peek(end) == .doubleQuote {
            let inner = source.length(from: end + 1) { $0 != .doubleQuote && $0 != .lineFeed }
            end += 1 + inner + 1
        } else {
            if source.peek(end) == UInt8(ascii: "-") { end += 1 }
            let digits = source.length(from: end, while: \.isWord)
            guard digits > 0 else { return nil }
            end += digits
        }
        end += source.length(from: end, while: \.isBlank)
        return source.peek(end) == UInt8(ascii: "]") ? end + 1 - offset : nil
    }
}
