import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    /// Functions that compare texts.
    static var textFunctions: [Function] {
        [
            compare("cmp_str", "Compares two texts: 1 equal, -1 the first is greater, -2 it is less.") {
                order($0, $1)
            },
            compare("cmp_istr", "Compares two texts without regard to case: 1 equal, -1 greater, -2 less.") {
                order($0.lowercased(), $1.lowercased())
            },
            compare("starts_with", "Whether a text begins with another.") { text, prefix in
                text.count < prefix.count ? -1 : order(text.prefix(prefix.count), prefix)
            },
            compare("ends_with", "Whether a text ends with another.") { text, suffix in
                text.hasSuffix(suffix) ? 1 : -1
            },
            compare("str_find", "The place of a text in another, from 1 on; -1 when it is not there.") { text, part in
                part.isEmpty ? text.count + 1 : text.offset(of: part).map { $0 + 1 } ?? -1
            },
            compare("str_ifind", "As str_find(), without regard to case.") { text, part in
                part.isEmpty
                    ? text.count + 1 : text.lowercased().offset(of: part.lowercased()).map { $0 + 1 } ?? -1
            },
            compare("search_str", "Whether a regular expression matches in a text.") { text, pattern in
                guard !text.isEmpty else { return -2 }
                return RegularExpressionCache.shared.expression(pattern)?.matches(text) == true ? 1 : -1
            },
            list("in_list", "Whether a text is one of a list with a separator.") { $0 == $1 },
            list("in_list_prefix", "Whether a text begins with one of a list with a separator.") { text, entry in
                !entry.isEmpty && text.hasPrefix(entry)
            },
            Function(
                "regex_substring", [.format, .format, .integer, .integer, .variable], routes: .beforeSending,
                summary: "Puts the group of a number in the first match of an expression into a variable.",
                example: "regex_substring(\"$ua\", \"/([0-9.]+)\", \"1\", \"2\", \"$var(version)\");"
            ) { _, arguments throws(ScriptError) in
                guard let write = arguments[4].variable?.write else {
                    throw ScriptError("'\(arguments[4].source)' cannot be written")
                }
                let pattern = try Pattern(arguments[1])
                return { context in
                    guard let index = arguments[2].integer(in: context), let count = arguments[3].integer(in: context),
                        index >= 0, index < count, let expression = pattern.expression(context)
                    else { return .failure }
                    let text = arguments[0].text(in: context)
                    guard let places = expression.firstMatch(in: text.bytes), index < places.count,
                        let place = places[index]
                    else { return .failure }
                    return write(context, .string(ByteString(text.bytes[place]))) ? .success : .failure
                }
            },
        ]
    }

    private static func compare(
        _ name: String, _ summary: String, _ judge: @escaping @Sendable (ByteString, ByteString) -> Int
    ) -> Function {
        Function(
            name, [.format, .format], summary: summary, example: "if (\(name)(\"$rU\", \"00\")) { … }"
        ) { _, arguments in
            { .code(judge(arguments[0].text(in: $0), arguments[1].text(in: $0))) }
        }
    }

    private static func order(_ first: ByteString, _ second: ByteString) -> Int {
        first == second ? 1 : second < first ? -1 : -2
    }

    private static func list(
        _ name: String, _ summary: String, _ isMeant: @escaping @Sendable (ByteString, ByteString) -> Bool
    ) -> Function {
        Function(
            name, [.format, .format, .text], summary: summary,
            example: "if (\(name)(\"$rU\", \"alice,bob\", \",\")) { … }"
        ) { _, arguments throws(ScriptError) in
            guard arguments[2].source.count == 1, let separator = arguments[2].source.first else {
                throw ScriptError("separator '\(arguments[2].source)' is not one character")
            }
            return { context in
                let text = arguments[0].text(in: context)
                guard !text.isEmpty else { return .failure }
                let entries = arguments[1].text(in: context).split(on: separator)
                return entries.contains { isMeant(text, $0.trimmed()) } ? .success : .failure
            }
        }
    }
}
