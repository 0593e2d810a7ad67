import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    /// Functions that add headers.
    static var appendFunctions: [Function] {
        [
            Function(
                "append_hf", [.format, .text], required: 1,
                summary: "Adds header lines behind the last header, or behind the last one of a name.",
                example: "append_hf(\"P-Hint: outbound\\r\\n\");"
            ) { _, arguments throws(ScriptError) in
                let anchor = try anchor(arguments)
                return { context in
                    let text = lines(arguments[0].text(in: context))
                    guard !text.isEmpty else { return .failure }
                    if let anchor, let field = context.message.headers(called: anchor).last {
                        context.edits.insert(text, after: field.range.upperBound)
                    } else {
                        context.edits.appendHeader(text)
                    }
                    return .success
                }
            },
            Function(
                "insert_hf", [.format, .text], required: 1,
                summary: "Adds header lines before the first header, or before the first one of a name.",
                example: "insert_hf(\"P-Hint: outbound\\r\\n\", \"Call-ID\");"
            ) { _, arguments throws(ScriptError) in
                let anchor = try anchor(arguments)
                return { context in
                    let text = lines(arguments[0].text(in: context))
                    guard !text.isEmpty else { return .failure }
                    if let anchor, let field = context.message.headers(called: anchor).first {
                        context.edits.insert(text, before: field.range.lowerBound)
                    } else {
                        context.edits.insertHeader(text)
                    }
                    return .success
                }
            },
            Function(
                "append_urihf", [.text, .text], routes: [.request, .failure, .branch],
                summary: "Adds a header that holds the Request-URI between two texts.",
                example: "append_urihf(\"CC-Diversion: \", \"\\r\\n\");"
            ) { _, arguments in
                { context in
                    guard let uri = context.target.uri ?? context.message.requestURI else { return .failure }
                    context.edits.appendHeader(lines(arguments[0].source + uri + arguments[1].source))
                    return .success
                }
            },
            Function(
                "append_to_reply", [.format], routes: [.request, .branch, .failure],
                summary: "Adds header lines to the replies that this server makes to the request.",
                example: "append_to_reply(\"Retry-After: 60\\r\\n\");"
            ) { _, arguments in
                { context in
                    let text = lines(arguments[0].text(in: context))
                    guard !text.isEmpty else { return .failure }
                    context.replyHeaders = context.replyHeaders + text
                    return .success
                }
            },
            Function(
                "append_time", routes: [.request, .failure, .branch],
                summary: "Adds Date to the replies that this server makes to the request.", example: "append_time();"
            ) { _, _ in
                { context in
                    context.replyHeaders = context.replyHeaders + date(context)
                    return .success
                }
            },
            Function(
                "append_time_to_request", routes: .any,
                summary: "Adds Date to the request.", example: "append_time_to_request();"
            ) { _, _ in
                { context in
                    let field = context.message.headers(named: .via).last
                    context.edits.insert(date(context), after: field?.range.upperBound ?? context.message.headersStart)
                    return .success
                }
            },
        ]
    }

    private static func anchor(_ arguments: [Argument]) throws(ScriptError) -> ByteString? {
        guard arguments.count > 1 else { return nil }
        let name = arguments[1].source.trimmed()
        guard !name.isEmpty else { throw ScriptError("the header's name is empty") }
        return name
    }

    /// DIFFERS: a missing line end is added; without it the next line would become part of this header, and behind the
    /// last header the body.
    private static func lines(_ text: ByteString) -> ByteString {
        text.isEmpty || text.hasSuffix("\n") ? text : text + "\r\n"
    }

    private static func date(_ context: ScriptContext) -> ByteString {
        let format = "Date: %a, %d %b %Y %H:%M:%S GMT\r\n"
        return ByteString(CalendarParts.text(seconds: context.host.wallClock.seconds, format: format, isLocal: false))
    }
}

extension TextOperationsModule {
    /// Functions that take headers out.
    static var removeFunctions: [Function] {
        [
            removeNamed("remove_hf", .text), removeNamed("remove_hf_pv", .format),
            removeMatching("remove_hf_re"), removeMatching("remove_hf_re_pv"),
            removeExcept("remove_hf_exp"), removeExcept("remove_hf_exp_pv"),
            Function(
                "remove_hf_idx", [.format, .integer],
                summary: "Takes out the header of a name at an index: 0 is the first, -1 the last.",
                example: "remove_hf_idx(\"Diversion\", \"0\");"
            ) { _, arguments in
                { context in
                    guard let index = arguments[1].integer(in: context) else { return .failure }
                    let fields = context.message.headers(called: arguments[0].text(in: context))
                    let place = index < 0 ? fields.count + index : index
                    guard fields.indices.contains(place) else { return .code(2) }
                    context.edits.delete(fields[place].range)
                    return .success
                }
            },
            Function(
                "remove_hf_match", [.format, .text, .format],
                summary:
                    "Takes out the headers of a name whose value equals, differs from, contains or matches a text.",
                example: "remove_hf_match(\"Diversion\", \"in\", \"@home.test\");"
            ) { _, arguments throws(ScriptError) in
                let comparison = arguments[1].source.string
                guard ["eq", "ne", "in", "re"].contains(comparison) else {
                    throw ScriptError("unknown comparison '\(comparison)'", hint: "eq, ne, in and re are known")
                }
                return { context in
                    let text = arguments[2].text(in: context)
                    let name = arguments[0].text(in: context)
                    return remove(context.message.headers(called: name), context) { value in
                        switch comparison {
                        case "eq": value == text
                        case "ne": value != text
                        case "in": value.range(of: text) != nil
                        default: RegularExpressionCache.shared.expression(text)?.matches(value) == true
                        }
                    }
                }
            },
        ]
    }

    private static func removeNamed(_ name: String, _ kind: ParameterKind) -> Function {
        Function(
            name, [kind], summary: "Takes out all headers of a name.", example: "\(name)(\"Route\");"
        ) { _, arguments in
            { context in
                remove(context.message.headers(called: arguments[0].text(in: context).trimmed()), context)
            }
        }
    }

    private static func removeMatching(_ name: String) -> Function {
        Function(
            name, [.format], summary: "Takes out all headers whose name matches.", example: "\(name)(\"^X-\");"
        ) { _, arguments throws(ScriptError) in
            let pattern = try Pattern(arguments[0])
            return { context in
                guard let expression = pattern.expression(context) else { return .failure }
                let message = context.message
                return remove(message.headers.filter { expression.matches(message.nameText(of: $0)) }, context)
            }
        }
    }

    private static func removeExcept(_ name: String) -> Function {
        Function(
            name, [.format, .format],
            summary: "Takes out the headers whose name matches the first expression and not the second.",
            example: "\(name)(\"^X-\", \"^X-Keep\");"
        ) { _, arguments throws(ScriptError) in
            let (wanted, kept) = (try Pattern(arguments[0]), try Pattern(arguments[1]))
            return { context in
                guard let wanted = wanted.expression(context), let kept = kept.expression(context) else {
                    return .failure
                }
                let message = context.message
                let fields = message.headers.filter { field in
                    let name = message.nameText(of: field)
                    return wanted.matches(name) && !kept.matches(name)
                }
                return remove(fields, context)
            }
        }
    }

    private static func remove(
        _ fields: [HeaderField], _ context: ScriptContext, where isWanted: (ByteString) -> Bool = { _ in true }
    ) -> FunctionResult {
        var result = FunctionResult.failure
        for field in fields where isWanted(context.message.text(of: field)) {
            context.edits.delete(field.range)
            result = .success
        }
        return result
    }
}

/// A regular expression given as a text: compiled at start when it is constant, else looked up in the cache.
struct Pattern {
    private let constant: RegularExpression?
    private let argument: Argument

    init(_ argument: Argument) throws(ScriptError) {
        self.argument = argument
        constant = try argument.constant.map { value throws(ScriptError) in
            try RegularExpression(value.text, [.ignoresCase, .matchesLines])
        }
    }

    func expression(_ context: ScriptContext) -> RegularExpression? {
        constant ?? RegularExpressionCache.shared.expression(argument.text(in: context))
    }
}
