import CommandLineInterface
import ControlProtocol

/// The options of a listing on the command line: `--limit 10 --where 'Expires<60' --fields AoR,Address`.
enum ListingArguments {
    static let stream = CommandOption.flag("stream", "print rows as they come (sipd only)")
    static let limit = CommandOption.value("limit", "N", "at most N rows of a listing (sipd only)")
    static let cursor = CommandOption.value("cursor", "CURSOR", "go on where a listing with --limit ended (sipd only)")
    static let fields = CommandOption.value("fields", "NAME,...", "only these columns of a listing (sipd only)")
    static let condition = CommandOption.value(
        "where", "COLUMN=VALUE", repeats: true,
        "only rows that fulfil it: = != < <= > >= ~ (contains) ^= (begins with); repeatable (sipd only)")
    static let all = [stream, limit, cursor, fields, condition]

    // Longer ones first: `<=` is not `<` with a value that begins with `=`.
    private static let operators = [
        ("!=", "ne"), ("<=", "le"), (">=", "ge"), ("^=", "prefix"), ("~", "contains"), ("=", "eq"), ("<", "lt"),
        (">", "gt"),
    ]

    /// The options as members of the parameters.
    static func members(_ invocation: Invocation) throws(CommandFailure) -> [JSONMember] {
        var members: [JSONMember] = []
        if invocation.has(stream) { members.append(JSONMember("stream", true)) }
        if let text = invocation.value(of: limit) {
            guard let number = Int64(text), number > 0 else {
                throw CommandFailure(.usage, "--limit '\(text)' is not a number above 0")
            }
            members.append(JSONMember("limit", .integer(number)))
        }
        if let text = invocation.value(of: cursor) { members.append(JSONMember("cursor", .string(text))) }
        if let text = invocation.value(of: fields) {
            members.append(JSONMember("fields", .array(text.split(separator: ",").map { .string(String($0)) })))
        }
        let conditions = invocation.values(of: condition)
        guard !conditions.isEmpty else { return members }
        var columns: [JSONMember] = []
        for text in conditions { columns.append(try Self.condition(text)) }
        members.append(JSONMember("where", .object(columns)))
        return members
    }

    static func condition(_ text: String) throws(CommandFailure) -> JSONMember {
        var best: (position: String.Index, length: Int, name: String)?
        for (sign, name) in operators {
            guard let range = text.firstRange(of: sign), range.lowerBound < best?.position ?? text.endIndex else {
                continue
            }
            best = (range.lowerBound, sign.count, name)
        }
        guard let best, best.position > text.startIndex else {
            throw CommandFailure(
                .usage, "--where '\(text)' is not COLUMN=VALUE", hint: "for example --where 'Expires<60'")
        }
        let value = String(text[text.index(best.position, offsetBy: best.length)...])
        return JSONMember(String(text[..<best.position]), .object([JSONMember(best.name, .string(value))]))
    }
}
