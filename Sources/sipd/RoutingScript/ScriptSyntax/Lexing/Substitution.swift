/// One rule of `#!subst "/pattern/replacement/flags"`.
struct Substitution {
    enum Part {
        case bytes([UInt8])
        case group(Int)
    }

    var pattern: SubstitutionPattern
    var replacement: [Part]
    var isGlobal: Bool

    /// The text with matches replaced; nil when the pattern gave up on it.
    func apply(to text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var position = 0
        while position <= text.count {
            guard let match = pattern.firstMatch(in: text, from: position) else { return nil }
            guard let groups = match.groups, let whole = groups[0] else { break }
            result += text[position..<whole.lowerBound]
            for part in replacement {
                switch part {
                case .bytes(let bytes): result += bytes
                case .group(let index): if index < groups.count, let range = groups[index] { result += text[range] }
                }
            }
            position = whole.upperBound
            if whole.isEmpty {
                if position < text.count { result.append(text[position]) }
                position += 1
            }
            if !isGlobal { break }
        }
        if position < text.count { result += text[position...] }
        return result
    }
}

extension Preprocessor {
    /// The text after all substitutions in the order of their directives.
    mutating func substitute(_ text: [UInt8]) -> [UInt8] {
        guard !substitutions.isEmpty else { return text }
        var result = text
        for substitution in substitutions {
            guard let changed = substitution.apply(to: result), changed.count <= 1 << 20 else {
                report("subst", "a substitution costs too much on this text")
                return result
            }
            result = changed
        }
        return result
    }

    /// Reads `#!subst "/pattern/replacement/flags"`; `substdef` and `substdefs` also define the pattern as a name.
    mutating func readSubstitution(_ directive: Directive, from start: SourcePosition) {
        skipSpace()
        let position = source.position
        guard let quote = source.peek(), quote == .doubleQuote || quote == .singleQuote else {
            report("subst", "'#!\(directive.rawValue)' needs a string", hint: "#!\(directive.rawValue) \"/ID/text/\"")
            return
        }
        let count = tokens.count
        guard quote == .doubleQuote ? readDoubleQuoted() : readSingleQuoted(), tokens.count > count,
            case .string(let rule) = tokens.removeLast().kind
        else { return }
        do throws(DirectiveExpression.Failure) {
            try addSubstitution(rule.bytes, directive, at: position)
        } catch {
            report("subst", error.message, at: position, hint: "#!\(directive.rawValue) \"/ID/text/\"")
        }
    }

    private mutating func addSubstitution(
        _ rule: [UInt8], _ directive: Directive, at position: SourcePosition
    ) throws(DirectiveExpression.Failure) {
        guard let separator = rule.first else { throw .init(message: "the substitution is empty") }
        let parts = Self.split(rule.dropFirst(), separator)
        guard parts.count == 3, !parts[0].isEmpty else {
            throw .init(
                message: "the substitution needs its separator '\(Character(Unicode.Scalar(separator)))' three times")
        }
        var isGlobal = false
        var ignoresCase = false
        for flag in parts[2] {
            switch flag {
            case UInt8(ascii: "g"): isGlobal = true
            case UInt8(ascii: "i"): ignoresCase = true
            default: throw .init(message: "'\(Character(Unicode.Scalar(flag)))' is no flag of a substitution")
            }
        }
        let pattern = try SubstitutionPattern(parts[0], ignoresCase: ignoresCase)
        let replacement = try replacementParts(parts[1])
        substitutions.append(Substitution(pattern: pattern, replacement: replacement, isGlobal: isGlobal))
        guard directive != .subst else { return }
        var text = replacement.reduce(into: [UInt8]()) { if case .bytes(let bytes) = $1 { $0 += bytes } }
        if directive == .substdefs { text = [.doubleQuote] + text + [.doubleQuote] }
        define(String(decoding: parts[0], as: UTF8.self), text, .define, at: position)
    }

    /// The pieces between separators; one behind a backslash belongs to the piece.
    private static func split(_ rule: ArraySlice<UInt8>, _ separator: UInt8) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in rule {
            if byte == separator, !isEscaped, parts.count < 3 {
                parts.append([])
            } else {
                if byte == separator, isEscaped { parts[parts.count - 1].removeLast() }
                parts[parts.count - 1].append(byte)
            }
            isEscaped = byte == .backslash && !isEscaped
        }
        return parts
    }

    /// Resolves `$env(NAME)` and `$def(NAME)`, and finds `\1` to `\9`.
    private func replacementParts(_ text: [UInt8]) throws(DirectiveExpression.Failure) -> [Substitution.Part] {
        var parts: [Substitution.Part] = []
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == .backslash, index + 1 < text.count {
                let next = text[index + 1]
                index += 2
                if next.isDigit {
                    parts += [.bytes(bytes), .group(Int(next - UInt8(ascii: "0")))]
                    bytes = []
                } else {
                    bytes.append(next == UInt8(ascii: "n") ? .lineFeed : next == UInt8(ascii: "t") ? .tab : next)
                }
            } else if byte == UInt8(ascii: "$"), let (value, length) = try variable(text[index...]) {
                bytes += value
                index += length
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        return parts + [.bytes(bytes)]
    }

    private func variable(
        _ text: ArraySlice<UInt8>
    ) throws(DirectiveExpression.Failure) -> (value: [UInt8], length: Int)? {
        guard let open = text.firstIndex(of: UInt8(ascii: "(")), let close = text.firstIndex(of: UInt8(ascii: ")")),
            open < close
        else {
            return nil
        }
        let name = String(decoding: text[(open + 1)..<close], as: UTF8.self)
        let length = close - text.startIndex + 1
        switch String(decoding: text[text.startIndex..<open], as: UTF8.self) {
        case "$env":
            guard let value = environment(name) else {
                throw .init(message: "the environment has no variable '\(name.shortened)'")
            }
            return (Array(value.utf8), length)
        case "$def", "$defn":
            guard let value = defines[name]?.text else { throw .init(message: "'\(name.shortened)' has no value") }
            return (value, length)
        default:
            return nil
        }
    }
}
