/// A piece of text that the grammar is made of.
struct Token: Sendable {
    enum Kind: Sendable, Hashable {
        /// Identifiers and keywords; what a word means depends on where it stands.
        case word(String)
        /// A word that starts with a digit, like `3com`; only host names may contain it.
        case numberWord(String)
        case integer(Int32)
        case string(ScriptText)
        case pseudoVariable(ScriptText)
        case select(ScriptText)
        case addressIPv6(String)
        /// What stands in the brackets of `event_route[...]`.
        case eventName(String)
        case symbol(Symbol)
        /// Comes once, last. What ends inside of a string was reported already, so the parser need not.
        case end(isReported: Bool)
    }

    var kind: Kind
    var range: SourceRange
    /// Index of the definition that the text came out of; -1 for text that stands in a file.
    var definition: Int32

    /// The token as a message shows it.
    var title: String {
        switch kind {
        case .word(let text), .numberWord(let text), .addressIPv6(let text): "'\(text)'"
        case .integer(let value): "'\(value)'"
        case .string(let text): "\"\(text.string.shortened)\""
        case .pseudoVariable(let text), .select(let text): "'\(text.string.shortened)'"
        case .eventName(let text): "'[\(text.shortened)]'"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the file"
        }
    }

    var word: String? {
        if case .word(let text) = kind { text } else { nil }
    }
}

/// Punctuation and operators that are not words.
enum Symbol: String, Sendable, Hashable {
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBrace = "{"
    case rightBrace = "}"
    case leftBracket = "["
    case rightBracket = "]"
    case comma = ","
    case semicolon = ";"
    case colon = ":"
    case period = "."
    case asterisk = "*"
    case slash = "/"
    case plus = "+"
    case minus = "-"
    case tilde = "~"
    case percent = "%"
    case exclamation = "!"
    case ampersand = "&"
    case doubleAmpersand = "&&"
    case bar = "|"
    case doubleBar = "||"
    case caret = "^"
    case doubleLess = "<<"
    case doubleGreater = ">>"
    case doubleEqual = "=="
    case exclamationEqual = "!="
    case less = "<"
    case greater = ">"
    case lessEqual = "<="
    case greaterEqual = ">="
    case equal = "="
    case equalTilde = "=~"
    case plusEqual = "+="
    case integerCast = "(int)"
    case stringCast = "(str)"
}

extension String {
    /// The text on one line and not longer than a message can bear.
    var shortened: String {
        var result = ""
        for character in unicodeScalars {
            guard result.unicodeScalars.count < 40 else { return result + "..." }
            switch character {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
