package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `sanity`: checks that a message is well-formed, and answers it when it is not (RFC 3261 §16.3 item 1).
package struct SanityModule: ScriptModule {
    let defaultChecks: MessageChecks
    let defaultURIChecks: URIChecks
    let extensions: [ByteString]
    let endsScript: Bool
    let isSilent: Bool

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        defaultChecks = MessageChecks(rawValue: parameters.integer("default_checks"))
        defaultURIChecks = URIChecks(rawValue: parameters.integer("uri_checks"))
        extensions = (parameters.string("proxy_require") ?? "").split(on: UInt8(ascii: ",")).map { $0.trimmed() }
            .filter { !$0.isEmpty }
        endsScript = parameters.flag("autodrop")
        isSilent = parameters.flag("noreply")
    }

    /// What the module offers.
    package static var description: ModuleDescription<SanityModule> {
        ModuleDescription(
            name: "sanity", summary: "Checks that messages are well-formed and answers those that are not.",
            parameters: [
                .integer(
                    "default_checks", MessageChecks.default.rawValue, in: 0...65_535,
                    "the sum of the message checks that sanity_check() makes without arguments"),
                .integer(
                    "uri_checks", URIChecks.all.rawValue, in: 0...15,
                    "the sum of the URI checks that sanity_check() makes when none are given"),
                .string("proxy_require", nil, "the extensions that Proxy-Require may name, with commas"),
                .flag("autodrop", true, "whether a message that fails ends the script"),
                .flag("noreply", false, "whether the reply is left to sanity_reply()"),
            ],
            functions: [check, checkDefaults, reply])
    }

    private static let routes: RouteMask = [.request, .onReply, .coreReply]

    private static var check: FunctionDescription<SanityModule> {
        FunctionDescription(
            "sanity_check", [.integer, .integer], required: 0, routes: routes,
            summary: "Makes the message checks and URI checks whose numbers are summed up; answers a bad request.",
            example: "if (!sanity_check(\"17895\", \"7\")) { exit; }"
        ) { module, arguments in
            { context in
                var checks = module.defaultChecks
                var uriChecks = module.defaultURIChecks
                if let argument = arguments.first {
                    guard let number = argument.integer(in: context) else { return .failure }
                    checks = MessageChecks(rawValue: number)
                }
                if arguments.count > 1 {
                    guard let number = arguments[1].integer(in: context), number != 0 else { return .failure }
                    uriChecks = URIChecks(rawValue: number)
                }
                return module.run(checks, uriChecks, context)
            }
        }
    }

    private static var checkDefaults: FunctionDescription<SanityModule> {
        FunctionDescription(
            "sanity_check_defaults", routes: routes, summary: "Makes the checks that the parameters name.",
            example: "if (!sanity_check_defaults()) { exit; }"
        ) { module, _ in
            { module.run(module.defaultChecks, module.defaultURIChecks, $0) }
        }
    }

    private static var reply: FunctionDescription<SanityModule> {
        FunctionDescription(
            "sanity_reply", routes: routes,
            summary: "Sends the reply that the last failed check has left behind, when noreply is set.",
            example: "sanity_reply();"
        ) { _, _ in
            { context in
                guard context.message.isRequest, let pending = context[PendingReply.key] else { return .success }
                return context.worker.server.replySender.send(pending.reply, to: context) ? .success : .failure
            }
        }
    }

    private func run(_ checks: MessageChecks, _ uriChecks: URIChecks, _ context: ScriptContext) -> FunctionResult {
        let inspection = MessageInspection(message: context.message, uri: context.target.uri, extensions: extensions)
        guard let failure = inspection.firstFailure(checks, uriChecks) else { return .success }
        if let reply = failure.reply, context.message.isRequest, context.message.method != .ack {
            if isSilent {
                context[PendingReply.key] = PendingReply(reply)
            } else {
                _ = context.worker.server.replySender.send(reply, to: context)
            }
        }
        return endsScript ? .code(0) : .failure
    }
}

/// The reply to a failed check that `sanity_reply()` is to send.
private final class PendingReply {
    static let key = ContextKey<PendingReply>()

    let reply: LocalReply

    init(_ reply: LocalReply) {
        self.reply = reply
    }
}
