import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    private static let bodyRoutes: RouteMask = [.request, .branch, .failure, .onReply, .coreReply]

    /// Functions that set and cut bodies.
    static var bodyFunctions: [Function] {
        [
            Function(
                "set_body", [.format, .format], routes: bodyRoutes,
                summary: "Puts a body of a type in the place of the message's.",
                example: "set_body(\"$var(text)\", \"text/plain\");"
            ) { _, arguments in
                { context in
                    let (body, type) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    guard !body.isEmpty, !type.isEmpty else { return .failure }
                    setBody(body, type, context)
                    return .success
                }
            },
            Function(
                "set_reply_body", [.format, .format], routes: [.request, .failure, .branch],
                summary: "Gives the replies that this server makes to the request a body.",
                example: "set_reply_body(\"$var(text)\", \"text/plain\");"
            ) { _, arguments in
                { context in
                    let (body, type) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    guard !body.isEmpty, !type.isEmpty else { return .failure }
                    context.replyBody = ReplyBody(body, contentType: type)
                    return .success
                }
            },
            Function(
                "filter_body", [.text],
                summary: "Leaves of a multipart body only the part of a type, without the frame around it.",
                example: "filter_body(\"application/sdp\");"
            ) { _, arguments in
                let type = arguments[0].source
                return { context in
                    guard let part = MultipartBody(context.message)?.part(ofType: type) else { return .failure }
                    setBody(part.body, part.contentType, context)
                    return .success
                }
            },
            Function(
                "get_body_part", [.text, .variable], routes: .beforeSending,
                summary: "Puts the part of a type, or the body when it is of that type, into a variable.",
                example: "get_body_part(\"application/sdp\", \"$var(sdp)\");"
            ) { _, arguments throws(ScriptError) in
                guard let write = arguments[1].variable?.write else {
                    throw ScriptError("'\(arguments[1].source)' cannot be written")
                }
                let type = arguments[0].source
                return { context in
                    guard let body = part(type, context.message), !body.isEmpty else { return .failure }
                    return write(context, .string(body)) ? .success : .failure
                }
            },
        ]
    }

    private static func part(_ type: ByteString, _ message: SIPMessage) -> ByteString? {
        if let multipart = MultipartBody(message) { return multipart.part(ofType: type)?.body }
        guard let whole = message.firstText(.contentType) else { return nil }
        return MultipartBody.isOfType(type, whole) ? message.body : nil
    }

    /// A type that stays keeps its header; another comes at the end, as Kamailio writes it.
    private static func setBody(_ body: ByteString, _ type: ByteString, _ context: ScriptContext) {
        context.edits.setBody(body)
        let fields = context.message.headers(named: .contentType)
        if let field = fields.first, context.message.text(of: field) == type { return }
        for field in fields { context.edits.delete(field.range) }
        context.edits.appendHeader("Content-Type: " + type + "\r\n")
    }
}
