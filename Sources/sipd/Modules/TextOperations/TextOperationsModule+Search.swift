import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    private static let options: RegularExpression.Options = [.ignoresCase, .matchesLines]

    /// Functions that search the message, and those that add text behind a match.
    static var searchFunctions: [Function] {
        [
            search("search", "Whether an expression matches anywhere in the message.") { $0.buffer[...] },
            search("search_body", "Whether an expression matches in the body.") { $0.body.bytes },
            Function(
                "search_hf", [.text, .regularExpression, .text],
                summary:
                    "Whether an expression matches in a header of a name: any of them (a), the first (f), the last (l).",
                example: "if (search_hf(\"Refer-To\", \"Replaces\", \"a\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let name = arguments[0].source
                let expression = try RegularExpression(arguments[1].source, options)
                let choice = HeaderChoice(arguments[2].source)
                return { context in
                    let message = context.message
                    let fields = choice.fields(message.headers(called: name))
                    return fields.contains { expression.matches(message.text(of: $0)) } ? .success : .failure
                }
            },
            append("search_append", "Adds text behind the first match in the headers or the body.") {
                $0.afterStartLine
            },
            append("search_append_body", "Adds text behind the first match in the body.") { $0.body.bytes },
        ]
    }

    private static func search(
        _ name: String, _ summary: String, _ place: @escaping @Sendable (SIPMessage) -> ArraySlice<UInt8>
    ) -> Function {
        Function(
            name, [.regularExpression], summary: summary, example: "if (\(name)(\"sipvicious\")) { … }"
        ) { _, arguments throws(ScriptError) in
            let expression = try RegularExpression(arguments[0].source, options)
            return { context in
                expression.firstMatch(in: place(context.message), groups: 0) == nil ? .failure : .success
            }
        }
    }

    private static func append(
        _ name: String, _ summary: String, _ place: @escaping @Sendable (SIPMessage) -> ArraySlice<UInt8>
    ) -> Function {
        Function(
            name, [.regularExpression, .text], summary: summary, example: "\(name)(\"^Contact:.*\", \";x=1\");"
        ) { _, arguments throws(ScriptError) in
            let expression = try RegularExpression(arguments[0].source, options)
            let text = arguments[1].source
            return { context in
                guard let match = expression.firstMatch(in: place(context.message), groups: 0)?[0] else {
                    return .failure
                }
                context.edits.insert(text, after: match.upperBound)
                return .success
            }
        }
    }
}

/// Which of the headers of one name are meant: all (`a`), the first (`f`) or the last (`l`).
struct HeaderChoice {
    private let letter: UInt8?

    init(_ text: ByteString) {
        letter = text.first
    }

    func fields(_ fields: [HeaderField]) -> ArraySlice<HeaderField> {
        switch letter {
        case UInt8(ascii: "f"): fields.prefix(1)
        case UInt8(ascii: "l"): fields.suffix(1)
        default: fields[...]
        }
    }
}
