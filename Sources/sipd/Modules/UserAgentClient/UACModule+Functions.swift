import ModuleInterface
import SIPMessage
import ScriptEngine

extension UACModule {
    private static let replacingRoutes: RouteMask = [.request, .branch, .failure]

    static var replacementFunctions: [FunctionDescription<UACModule>] {
        [
            replacing(
                "uac_replace_from", .from, summary: "Puts another URI, and perhaps another name, into From.",
                example: "uac_replace_from(\"Bob\", \"sip:bob@example.com\");"),
            replacing(
                "uac_replace_to", .to, summary: "Puts another URI, and perhaps another name, into To.",
                example: "uac_replace_to(\"sip:carol@example.com\");"),
            restoring(
                "uac_restore_from", .from, summary: "Puts the From back that the Route keeps, after loose_route().",
                example: "uac_restore_from();"),
            restoring(
                "uac_restore_to", .to, summary: "Puts the To back that the Route keeps, after loose_route().",
                example: "uac_restore_to();"),
        ]
    }

    private static func replacing(
        _ name: String, _ header: AddressHeader, summary: String, example: String
    ) -> FunctionDescription<UACModule> {
        FunctionDescription(
            name, [.format, .format], required: 1, routes: replacingRoutes, summary: summary, example: example
        ) { module, arguments in
            { context in
                let display = arguments.count > 1 ? arguments[0].text(in: context) : nil
                let text = arguments[arguments.count - 1].text(in: context)
                guard text.isEmpty || (try? SIPURI.parse(text)) != nil else { return .failure }
                let isDone = module.replacement.replace(
                    header, display: display, uri: text.isEmpty ? nil : text, stores: module.restoreMode != .none,
                    in: context)
                return isDone ? .success : .failure
            }
        }
    }

    private static func restoring(
        _ name: String, _ header: AddressHeader, summary: String, example: String
    ) -> FunctionDescription<UACModule> {
        FunctionDescription(name, routes: .request, summary: summary, example: example) { module, _ in
            { context in
                guard let route = context[FollowedRoute.key] else { return .failure }
                return module.replacement.follow(header, route.parameters, in: context) ? .success : .failure
            }
        }
    }

    static var authenticate: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_auth", [.integer], required: 0, routes: .failure,
            summary:
                "Answers the challenge of a 401 or 407; t_relay() then sends the request again. 1: password is HA1.",
            example: "if (t_check_status(\"401|407\") && uac_auth()) { t_relay(); exit; }"
        ) { module, arguments in
            { context in
                let isHashed = (arguments.first?.integer(in: context) ?? 0) == 1
                guard let failed = context[FailedResponse.key], let demand = ChallengeAnswer.Demand(failed.message),
                    let credential = module.credentials.find(realm: demand.realm, isHashed: isHashed, in: context),
                    let method = context.message.method,
                    let line = ChallengeAnswer.header(
                        demand, credential, method: method.bytes,
                        uri: failed.target.uri ?? context.message.requestURI ?? "",
                        cnonce: ChallengeAnswer.makeCnonce())
                else { return .failure }
                context.edits.appendHeader(line)
                failed.isAnswered = true
                // The first branch is where the request goes anyhow, and the script may have changed that by now.
                if context.branchIndex > 0 { context.target = failed.target }
                return .success
            }
        }
    }
}

/// The parameters of this server's Route, for `uac_restore_from()` and `uac_restore_to()`.
final class FollowedRoute {
    static let key = ContextKey<FollowedRoute>()

    let parameters: ByteString

    init(parameters: ByteString) {
        self.parameters = parameters
    }
}
