package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `textopsx`: applying edits at once, values of headers, iterators.
package struct TextExtensionsModule: ScriptModule {
    typealias Function = FunctionDescription<TextExtensionsModule>

    /// There is nothing to set.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<TextExtensionsModule> {
        ModuleDescription(
            name: "textopsx", summary: "Edits that take effect at once, values of headers, iterators.",
            functions: messageFunctions + valueFunctions + iteratorFunctions, variables: iteratorVariables)
    }

    /// Functions that change the message as a whole.
    private static var messageFunctions: [Function] {
        [
            Function(
                "msg_apply_changes", routes: [.request, .onReply, .coreReply],
                summary: "Applies the edits so far, so that variables show the changed message.",
                example: "msg_apply_changes();"
            ) { _, _ in
                { applyChanges($0) }
            },
            Function(
                "change_reply_status", [.integer, .format], routes: [.onReply, .coreReply],
                summary: "Changes status and reason of a reply, within its class of provisional or final.",
                example: "change_reply_status(\"603\", \"Decline\");"
            ) { _, arguments in
                { context in
                    guard let status = arguments[0].integer(in: context) else { return .failure }
                    return change(context, status, arguments[1].text(in: context))
                }
            },
            Function(
                "change_reply_status_code", [.integer], routes: [.onReply, .coreReply],
                summary: "Changes the status of a reply and keeps its reason.",
                example: "change_reply_status_code(603);"
            ) { _, arguments in
                { context in
                    guard let status = arguments[0].integer(in: context),
                        case .response(_, let reason) = context.message.startLine
                    else { return .failure }
                    return change(context, status, reason)
                }
            },
            Function("remove_body", summary: "Takes the body out.", example: "remove_body();") { _, _ in
                { context in
                    guard !context.message.body.isEmpty else { return .failure }
                    context.edits.setBody("")
                    return .success
                }
            },
            Function(
                "keep_hf", [.regularExpression],
                summary: "Takes out all headers but those every message needs and those whose name matches.",
                example: "keep_hf(\"^(User-Agent|Date)$\");"
            ) { _, arguments throws(ScriptError) in
                let expression = try RegularExpression(arguments[0].source, .ignoresCase)
                return { context in
                    let message = context.message
                    for field in message.headers
                    where !needed.contains(field.name) && !expression.matches(message.nameText(of: field)) {
                        context.edits.delete(field.range)
                    }
                    return .failure
                }
            },
            Function(
                "fnmatch", [.format, .format, .text], required: 2,
                summary: "Whether a text matches a pattern of file names: * ? [a-z]; flag i ignores case.",
                example: "if (fnmatch(\"$rU\", \"12?34*\")) { … }"
            ) { _, arguments in
                let ignoresCase = arguments.count > 2 && arguments[2].source.contains(UInt8(ascii: "i"))
                return { context in
                    let (text, pattern) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    let isMatch =
                        ignoresCase
                        ? FileNamePattern(pattern.lowercased()).matches(text.lowercased())
                        : FileNamePattern(pattern).matches(text)
                    return isMatch ? .success : .failure
                }
            },
        ]
    }

    private static let needed: Set<HeaderName> = [
        .via, .from, .to, .callID, .cseq, .maxForwards, .contentLength, .contentType, .contact, .route, .recordRoute,
    ]

    private static func applyChanges(_ context: ScriptContext) -> FunctionResult {
        guard !context.recordRoute.isWanted else {
            // Where Record-Route leads is known only when the request is sent.
            return .failure
        }
        let message = context.message
        var startLine: StartLine? = context.changedStartLine
        if case .request(let method, _) = message.startLine, let uri = context.target.uri {
            startLine = .request(method, uri: uri)
        }
        let bytes = context.edits.apply(to: message, startLine: startLine)
        let framing: MessageFraming =
            context.received.map { $0.transport == .udp || $0.transport.isWebSocket } == true ? .datagram : .stream
        guard let changed = try? SIPMessage.parse(bytes, over: framing) else { return .failure }
        context.message = changed
        context.edits.removeAll()
        if changed.isRequest { context.target.uri = nil } else { context.replyStatusChange = nil }
        return .success
    }

    private static func change(_ context: ScriptContext, _ status: Int, _ reason: ByteString) -> FunctionResult {
        guard let present = context.message.status, (100...699).contains(status), !reason.isEmpty,
            (present < 200) == (status < 200), (200..<300).contains(present) == (200..<300).contains(status)
        else { return .failure }
        context.replyStatusChange = ReplyStatusChange(status: status, reason: reason)
        return .success
    }
}
