import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    private static let options: RegularExpression.Options = [.ignoresCase, .matchesLines]
    /// How many matches one call replaces.
    private static let replacementsMax = 10_000

    /// Functions that put one text in the place of another.
    static var replaceFunctions: [Function] {
        [
            replace("replace", "the first match in headers or body", all: false) { $0.afterStartLine },
            replace("replace_all", "all matches in headers and body", all: true) { $0.afterStartLine },
            replace("replace_hdrs", "the first match in the headers", all: false) { $0.headerBytes },
            replace("replace_body", "the first match in the body", all: false) { $0.body.bytes },
            replace("replace_body_all", "all matches in the body", all: true) { $0.body.bytes },
            replace("replace_body_atonce", "all matches in the body", all: true) { $0.body.bytes },
            replaceText("replace_str", "in headers and body") { $0.afterStartLine },
            replaceText("replace_hdrs_str", "in the headers") { $0.headerBytes },
            replaceText("replace_body_str", "in the body") { $0.body.bytes },
        ]
    }

    private static func replace(
        _ name: String, _ what: String, all isGlobal: Bool,
        _ place: @escaping @Sendable (SIPMessage) -> ArraySlice<UInt8>
    ) -> Function {
        Function(
            name, [.regularExpression, .text], summary: "Replaces \(what) of an expression by a text.",
            example: "\(name)(\"old.test\", \"new.test\");"
        ) { _, arguments throws(ScriptError) in
            let expression = try RegularExpression(arguments[0].source, options)
            let text = arguments[1].source
            return { context in
                let bytes = place(context.message)
                return edit(context, bytes, by: text, all: isGlobal) { position in
                    let continues = position > bytes.startIndex && bytes[position - 1] != 0x0A
                    return expression.firstMatch(in: bytes[position...], groups: 0, continuing: continues)?[0]
                }
            }
        }
    }

    private static func replaceText(
        _ name: String, _ what: String, _ place: @escaping @Sendable (SIPMessage) -> ArraySlice<UInt8>
    ) -> Function {
        Function(
            name, [.format, .format, .text],
            summary: "Replaces a text \(what): all of it (a), the first (f), without regard to case (i).",
            example: "\(name)(\"old.test\", \"new.test\", \"a\");"
        ) { _, arguments throws(ScriptError) in
            let mode = arguments[2].source
            guard !mode.isEmpty, mode.bytes.allSatisfy({ [0x61, 0x66, 0x69].contains($0) }) else {
                throw ScriptError("unknown mode '\(mode)'", hint: "a, f and i are known")
            }
            let isGlobal = mode.contains(UInt8(ascii: "a"))
            let ignoresCase = mode.contains(UInt8(ascii: "i"))
            return { context in
                let key = arguments[0].text(in: context)
                let searched = ignoresCase ? key.lowercased() : key
                guard !key.isEmpty else { return .failure }
                let bytes = place(context.message)
                // Lower case keeps the length, so the places are those of the original.
                let text = ignoresCase ? ByteString(bytes).lowercased() : ByteString(bytes)
                let shift = bytes.startIndex - text.bytes.startIndex
                return edit(context, bytes, by: arguments[1].text(in: context), all: isGlobal) { position in
                    let rest = ByteString(text.bytes[(position - shift)...])
                    guard let offset = rest.offset(of: searched) else { return nil }
                    return (position + offset)..<(position + offset + searched.count)
                }
            }
        }
    }

    private static func edit(
        _ context: ScriptContext, _ bytes: ArraySlice<UInt8>, by text: ByteString, all isGlobal: Bool,
        _ next: (Int) -> Range<Int>?
    ) -> FunctionResult {
        var position = bytes.startIndex
        var count = 0
        while position < bytes.endIndex, count < replacementsMax, let found = next(position) {
            context.edits.replace(found, with: text)
            count += 1
            guard isGlobal else { break }
            position = found.isEmpty ? found.upperBound + 1 : found.upperBound
        }
        return count > 0 ? .success : .failure
    }
}
