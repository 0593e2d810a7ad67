package import SIPMessage

/// A substitution as `sed` writes it: `/pattern/replacement/flags`, with any character in the place of the slash.
///
/// The replacement may hold `\0`...`\9` for the groups of the match, `\n`, `\r`, `\t`, and pseudo-variables; `\$` is a
/// dollar sign. Flags: `g` replaces all matches, `i` passes over the case of letters, `s` lets `.` match line ends
/// (Kamailio: `subst_parser()`).
package struct TextSubstitution: Sendable {
    /// A piece of the replacement.
    private enum Piece {
        case text(FormatString)
        case group(Int)
    }

    /// One match with what takes its place.
    package struct Replacement: Sendable {
        /// The place of the match, as indices of the text's storage.
        package let range: Range<Int>
        /// The new text.
        package let text: ByteString
    }

    /// How many matches one call replaces; more than a message of regular size holds.
    package static let replacementsMax = 10_000

    private let expression: RegularExpression
    private let pieces: [Piece]
    private let isGlobal: Bool

    /// Compiles a substitution.
    ///
    /// - Throws: `ScriptError` when a part is missing, a flag unknown, or the pattern or a variable wrong.
    package init(_ text: ByteString, _ formats: FormatCompiler) throws(ScriptError) {
        let parts = try Self.split(text)
        var options: RegularExpression.Options = .matchesLines
        var isGlobal = false
        for flag in parts.flags.bytes {
            switch flag {
            case UInt8(ascii: "g"): isGlobal = true
            case UInt8(ascii: "i"): options.insert(.ignoresCase)
            case UInt8(ascii: "s"): options.remove(.matchesLines)
            default: throw ScriptError("'\(text)' has an unknown flag", hint: "g, i and s are known")
            }
        }
        self.isGlobal = isGlobal
        expression = try RegularExpression(parts.pattern, options)
        pieces = try Self.pieces(parts.replacement, formats)
        for case .group(let number) in pieces where number > expression.groupCount {
            throw ScriptError("'\(text)' has no group \(number)")
        }
    }

    /// The matches in a text, with their replacements for this message; empty when there is none.
    ///
    /// A pattern that matches no characters (`x*`, `^`) replaces nothing at all: then the result is nil (Kamailio:
    /// `subst_run()`).
    package func replacements(in text: ArraySlice<UInt8>, _ context: ScriptContext) -> [Replacement]? {
        var found: [Replacement] = []
        var position = text.startIndex
        while found.count < Self.replacementsMax {
            let continues = position > text.startIndex && text[position - 1] != 0x0A
            guard let places = expression.firstMatch(in: text[position...], continuing: continues),
                let whole = places[0]
            else { break }
            guard !whole.isEmpty else { return nil }
            found.append(Replacement(range: whole, text: replacement(places, text, context)))
            guard isGlobal else { break }
            position = whole.upperBound
        }
        return found
    }

    /// The text with its matches replaced, or nil when there is none.
    package func apply(to text: ByteString, _ context: ScriptContext) -> ByteString? {
        guard let found = replacements(in: text.bytes, context), !found.isEmpty else { return nil }
        return Self.text(text, with: found)
    }

    /// A text with the given matches replaced.
    package static func text(_ text: ByteString, with found: [Replacement]) -> ByteString {
        var result: [UInt8] = []
        var position = text.bytes.startIndex
        for replacement in found {
            result.append(contentsOf: text.bytes[position..<replacement.range.lowerBound])
            result.append(contentsOf: replacement.text.bytes)
            position = replacement.range.upperBound
        }
        result.append(contentsOf: text.bytes[position...])
        return ByteString(result)
    }

    private func replacement(
        _ places: [Range<Int>?], _ text: ArraySlice<UInt8>, _ context: ScriptContext
    ) -> ByteString {
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .text(let format): result.append(contentsOf: format.evaluate(in: context).bytes)
            case .group(let number):
                if number < places.count, let place = places[number] { result.append(contentsOf: text[place]) }
            }
        }
        return ByteString(result)
    }

    // MARK: - Reading

    private static func split(
        _ text: ByteString
    ) throws(ScriptError) -> (pattern: ByteString, replacement: ByteString, flags: ByteString) {
        guard let separator = text.first, separator != UInt8(ascii: "\\") else { throw malformed(text) }
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in text.bytes.dropFirst() {
            if byte == separator, !isEscaped, parts.count < 3 {
                parts.append([])
                continue
            }
            if byte == separator, isEscaped { parts[parts.count - 1].removeLast() }
            parts[parts.count - 1].append(byte)
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        guard parts.count == 3 else { throw malformed(text) }
        return (ByteString(parts[0]), ByteString(parts[1]), ByteString(parts[2]))
    }

    private static func malformed(_ text: ByteString) -> ScriptError {
        ScriptError("'\(text)' is no substitution", hint: "write it as /pattern/replacement/flags")
    }

    private static func pieces(_ text: ByteString, _ formats: FormatCompiler) throws(ScriptError) -> [Piece] {
        var pieces: [Piece] = []
        var pending: [UInt8] = []
        var bytes = text.bytes[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = bytes.popFirst() else {
                pending.append(byte)
                continue
            }
            if !pending.isEmpty { pieces.append(.text(try formats.format(ByteString(pending)))) }
            pending = []
            if next >= 0x30, next <= 0x39 {
                pieces.append(.group(Int(next - 0x30)))
            } else {
                pieces.append(.text(FormatString(parts: [.literal(ByteString([unescaped(next)]))])))
            }
        }
        if !pending.isEmpty { pieces.append(.text(try formats.format(ByteString(pending)))) }
        return pieces
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: byte
        }
    }
}
