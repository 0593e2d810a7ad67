import ModuleInterface
import SIPMessage
import ScriptEngine

extension SIPUtilitiesModule {
    /// Functions that look at the message as a whole.
    static var messageFunctions: [FunctionDescription<SIPUtilitiesModule>] {
        [
            question("has_totag", "Whether To has a tag: the request belongs to a dialog.") { context in
                context.message.to?.tag?.isEmpty == false
            },
            question("is_request", "Whether the message is a request.") { $0.message.isRequest },
            question("is_reply", "Whether the message is a reply.") { !$0.message.isRequest },
            question("is_first_hop", "Whether no other proxy stands between this server and the sender.", isFirstHop),
            FunctionDescription(
                "options_reply", routes: .request,
                summary: "Answers an OPTIONS request to this server itself with 200 and what it can do.",
                example: "if (is_method(\"OPTIONS\") && uri==myself) { options_reply(); exit; }"
            ) { module, _ in
                { module.answerOptions($0) }
            },
            FunctionDescription(
                "cmp_hdr_name", [.format, .format],
                summary: "Whether two header names are the same, also with one in its compact form.",
                example: "if (cmp_hdr_name(\"$var(name)\", \"Via\")) { … }"
            ) { _, arguments in
                { context in
                    let (first, second) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    guard !first.isEmpty, !second.isEmpty else { return .failure }
                    let name = HeaderName(first)
                    let isSame =
                        name == .other ? first.equalsIgnoringCase(second) : name == HeaderName(second)
                    return isSame ? .success : .code(-2)
                }
            },
            FunctionDescription(
                "is_supported", [.text], summary: "Whether the Supported header names an extension.",
                example: "if (is_supported(\"path\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let option = arguments[0].source
                guard Self.knownOptions.contains(where: option.equalsIgnoringCase) else {
                    throw ScriptError(
                        "unknown option '\(option)'", hint: Self.knownOptions.joined(separator: ", ") + " are known")
                }
                return { context in
                    context.message.values(.supported).contains { $0.trimmed().equalsIgnoringCase(option) }
                        ? .success : .failure
                }
            },
        ]
    }

    private static let knownOptions = ["path", "100rel", "timer", "eventlist", "gruu", "outbound"]

    private static func question(
        _ name: String, _ summary: String, _ answer: @escaping @Sendable (ScriptContext) -> Bool
    ) -> FunctionDescription<SIPUtilitiesModule> {
        FunctionDescription(name, summary: summary, example: "if (\(name)()) { … }") { _, _ in
            { answer($0) ? .success : .failure }
        }
    }

    @Sendable
    private static func isFirstHop(_ context: ScriptContext) -> Bool {
        let message = context.message
        guard let routes = try? message.recordRoutes() else { return false }
        if message.isRequest {
            guard routes.isEmpty, let vias = try? message.vias() else { return false }
            return vias.count == 1
        }
        guard let first = routes.first else { return true }
        guard let uri = first.parsedURI, uri.scheme == .sip || uri.scheme == .sips else { return false }
        return context.host.isLocal(
            host: uri.host, port: uri.port ?? (uri.scheme == .sips ? 5061 : 5060), transport: nil)
    }

    private func answerOptions(_ context: ScriptContext) -> FunctionResult {
        guard context.message.method == .options, let uri = try? SIPURI.parse(context.requestURI),
            uri.user == nil, uri.scheme == .sip || uri.scheme == .sips,
            context.host.isLocal(host: uri.host, port: uri.port ?? (uri.scheme == .sips ? 5061 : 5060), transport: nil)
        else { return .failure }
        let reply = LocalReply(200, "OK", headers: optionsHeaders)
        return context.worker.server.replySender.send(reply, to: context) ? .success : .failure
    }
}

extension ScriptContext {
    /// The Request-URI as the script has changed it; empty in a reply.
    var requestURI: ByteString { target.uri ?? message.requestURI ?? "" }
}
