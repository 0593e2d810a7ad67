package import SIPMessage
package import ScriptEngine

/// A regular expression in Perl's notation, turned into one of the C library's.
///
/// Only whether it matches is ever asked, so a lazy or possessive quantifier means what the greedy one means. What
/// cannot be said otherwise (look-around, back-references, conditions) is refused at start.
package struct PerlPattern: Equatable, Sendable {
    /// The POSIX extended expression.
    package let expression: ByteString
    /// Whether letters match in either case.
    package let ignoresCase: Bool
    /// The numbers that the capturing groups have in `expression`, whose groups all capture.
    package let captures: [Int]

    /// Translates a pattern.
    ///
    /// - Throws: `ScriptError` when it holds what cannot be said in the other notation.
    package init(_ pattern: ByteString, ignoresCase: Bool) throws(ScriptError) {
        var translator = Translator(pattern)
        translator.ignoresCase = ignoresCase
        expression = try translator.run()
        self.ignoresCase = translator.ignoresCase
        captures = translator.captures
    }

    /// Compiles the expression.
    package func compiled() throws(ScriptError) -> RegularExpression {
        try RegularExpression(expression, ignoresCase ? .ignoresCase : [])
    }
}

/// Reads a pattern from left to right.
private struct Translator {
    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var groupCount = 0
    var captures: [Int] = []
    var ignoresCase = false

    init(_ pattern: ByteString) {
        bytes = pattern.array
    }

    mutating func run() throws(ScriptError) -> ByteString {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\\"): try readEscape(inSet: false)
            case UInt8(ascii: "["): try readSet()
            case UInt8(ascii: "("): try readGroup()
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "}"):
                output.append(byte)
                skipLaziness()
            default: output.append(byte)
            }
        }
        return ByteString(output)
    }

    private func failure(_ what: String) -> ScriptError {
        ScriptError("regular expression '\(ByteString(bytes))' has \(what), which is not supported")
    }

    /// `*?`, `+?`, `*+`: how much is taken does not matter for a match.
    private mutating func skipLaziness() {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "?") || bytes[position] == UInt8(ascii: "+") { position += 1 }
    }

    // MARK: - Groups

    private mutating func readGroup() throws(ScriptError) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "?") else { return openGroup(captures: true) }
        position += 1
        guard position < bytes.count else { throw failure("an open group") }
        let kind = bytes[position]
        position += 1
        switch kind {
        case UInt8(ascii: ":"), UInt8(ascii: ">"), UInt8(ascii: "|"): openGroup(captures: false)
        case UInt8(ascii: "P"), UInt8(ascii: "<"), UInt8(ascii: "'"): try readName(kind)
        case UInt8(ascii: "#"): try skip(to: UInt8(ascii: ")"))
        case UInt8(ascii: "="), UInt8(ascii: "!"): throw failure("a look-ahead")
        default:
            position -= 1
            try readFlags()
        }
    }

    private mutating func readName(_ kind: UInt8) throws(ScriptError) {
        if kind == UInt8(ascii: "<"), position < bytes.count,
            bytes[position] == UInt8(ascii: "=") || bytes[position] == UInt8(ascii: "!")
        {
            throw failure("a look-behind")
        }
        if kind == UInt8(ascii: "P") {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "<") else { throw failure("a group call") }
            position += 1
        }
        try skip(to: kind == UInt8(ascii: "'") ? kind : UInt8(ascii: ">"))
        openGroup(captures: true)
    }

    private mutating func openGroup(captures isCapturing: Bool) {
        output.append(0x28)
        groupCount += 1
        if isCapturing { captures.append(groupCount) }
    }

    private mutating func skip(to end: UInt8) throws(ScriptError) {
        while position < bytes.count, bytes[position] != end { position += 1 }
        guard position < bytes.count else { throw failure("an open group") }
        position += 1
    }

    /// `(?i)` for all that follows; in front of everything it is the same as an option.
    private mutating func readFlags() throws(ScriptError) {
        let isFirst = output.isEmpty
        while position < bytes.count, bytes[position] != UInt8(ascii: ")") {
            switch bytes[position] {
            case UInt8(ascii: "i") where isFirst: ignoresCase = true
            case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "U"): break
            default: throw failure("an option inside")
            }
            position += 1
        }
        try skip(to: UInt8(ascii: ")"))
    }

    // MARK: - Sets

    private mutating func readSet() throws(ScriptError) {
        var members: [UInt8] = []
        var isNegated = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "^") {
            isNegated = true
            position += 1
        }
        let saved = output
        output = []
        var isFirst = true
        while position < bytes.count, isFirst || bytes[position] != UInt8(ascii: "]") {
            isFirst = false
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\\"): try readEscape(inSet: true)
            case UInt8(ascii: "[") where position < bytes.count && bytes[position] == UInt8(ascii: ":"):
                let start = position - 1
                try skip(to: UInt8(ascii: "]"))
                output += bytes[start..<position]
            default: output.append(byte)
            }
        }
        guard position < bytes.count else { throw failure("an open set") }
        position += 1
        members = output
        output = saved + [0x5B] + (isNegated ? [0x5E] : []) + Self.ordered(members) + [0x5D]
    }

    /// In a POSIX set `]` has to stand first, `^` must not, and `-` has to stand last when it is meant itself.
    private static func ordered(_ members: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = []
        var hasBracket = false
        var hasDash = false
        var hasCaret = false
        var index = 0
        while index < members.count {
            switch members[index] {
            case escapedMark where index + 1 < members.count:
                index += 1
                switch members[index] {
                case UInt8(ascii: "]"): hasBracket = true
                case UInt8(ascii: "-"): hasDash = true
                case UInt8(ascii: "^"): hasCaret = true
                default: rest.append(members[index])
                }
            case UInt8(ascii: "]") where !isInClass(members, index): hasBracket = true
            case UInt8(ascii: "-") where index == 0 || index == members.count - 1: hasDash = true
            case UInt8(ascii: "^") where rest.isEmpty: hasCaret = true
            default: rest.append(members[index])
            }
            index += 1
        }
        return (hasBracket ? [UInt8(ascii: "]")] : []) + rest + (hasCaret ? [UInt8(ascii: "^")] : [])
            + (hasDash ? [UInt8(ascii: "-")] : [])
    }

    private static func isInClass(_ members: [UInt8], _ index: Int) -> Bool {
        index > 0 && members[index - 1] == UInt8(ascii: ":")
    }

    /// Stands before a byte of a set that was escaped; no pattern holds it, for configurations are texts.
    private static let escapedMark: UInt8 = 0

    // MARK: - Escapes

    private mutating func readEscape(inSet: Bool) throws(ScriptError) {
        guard position < bytes.count else { throw failure("a backslash at its end") }
        let byte = bytes[position]
        position += 1
        let digits = "0-9"
        let words = "[:alnum:]_"
        let spaces = "[:space:]"
        switch byte {
        case UInt8(ascii: "d"): output += Array((inSet ? digits : "[\(digits)]").utf8)
        case UInt8(ascii: "w"): output += Array((inSet ? words : "[\(words)]").utf8)
        case UInt8(ascii: "s"): output += Array((inSet ? spaces : "[\(spaces)]").utf8)
        case UInt8(ascii: "D") where !inSet: output += Array("[^\(digits)]".utf8)
        case UInt8(ascii: "W") where !inSet: output += Array("[^\(words)]".utf8)
        case UInt8(ascii: "S") where !inSet: output += Array("[^\(spaces)]".utf8)
        case UInt8(ascii: "D"), UInt8(ascii: "W"), UInt8(ascii: "S"): throw failure("a negated class in a set")
        case UInt8(ascii: "A") where !inSet: output.append(UInt8(ascii: "^"))
        case UInt8(ascii: "z") where !inSet, UInt8(ascii: "Z") where !inSet: output.append(UInt8(ascii: "$"))
        case UInt8(ascii: "b") where !inSet, UInt8(ascii: "B") where !inSet: output += [0x5C, byte]
        case UInt8(ascii: "n"): appendLiteral(0x0A, inSet)
        case UInt8(ascii: "r"): appendLiteral(0x0D, inSet)
        case UInt8(ascii: "t"): appendLiteral(0x09, inSet)
        case UInt8(ascii: "x"): appendLiteral(try readHexadecimal(), inSet)
        case 0x31...0x39, UInt8(ascii: "g"), UInt8(ascii: "k"): throw failure("a back-reference")
        case UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "R"), UInt8(ascii: "Q"),
            UInt8(ascii: "K"), UInt8(ascii: "G"):
            throw failure("'\\\(String(UnicodeScalar(byte)))'")
        default: appendLiteral(byte, inSet)
        }
    }

    private mutating func appendLiteral(_ byte: UInt8, _ inSet: Bool) {
        if inSet { return output += [Self.escapedMark, byte] }
        let special = Array("\\^$.[]|()*+?{}".utf8)
        output += special.contains(byte) ? [0x5C, byte] : [byte]
    }

    private mutating func readHexadecimal() throws(ScriptError) -> UInt8 {
        let digits = bytes[position...].prefix(2)
        guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0
        else { throw failure("a bad '\\x'") }
        position += 2
        return value
    }
}
