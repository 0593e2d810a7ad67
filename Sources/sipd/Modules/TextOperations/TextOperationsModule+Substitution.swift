import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    /// Functions that edit as `sed` does.
    static var substitutionFunctions: [Function] {
        [
            substitute("subst", "Edits headers and body.") { $0.afterStartLine },
            substitute("subst_body", "Edits the body.") { $0.body.bytes },
            Function(
                "subst_hf", [.text, .substitution, .text],
                summary: "Edits the headers of a name: all (a), the first match (f), the last (l).",
                example: "subst_hf(\"Refer-To\", \"/old.test/new.test/\", \"a\");"
            ) { _, arguments in
                let name = arguments[0].source
                let substitution = arguments[1].substitution
                let choice = HeaderChoice(arguments[2].source)
                return { context in
                    var result = FunctionResult.failure
                    for field in choice.fields(context.message.headers(called: name)) {
                        let text = context.message.text(of: field)
                        for found in substitution?.replacements(in: text.bytes, context) ?? [] {
                            context.edits.replace(found.range, with: found.text)
                            result = .success
                        }
                    }
                    return result
                }
            },
            Function(
                "subst_uri", [.substitution], routes: uriRoutes, summary: "Edits the Request-URI.",
                example: "subst_uri(\"/^sip:0/sip:+49/\");"
            ) { _, arguments in
                let substitution = arguments[0].substitution
                return { context in
                    let uri = context.target.uri ?? context.message.requestURI ?? ""
                    guard let edited = substitution?.apply(to: uri, context) else { return .failure }
                    context.target.uri = edited
                    return .success
                }
            },
            Function(
                "subst_user", [.substitution], routes: uriRoutes, summary: "Edits the user of the Request-URI.",
                example: "subst_user(\"/^0/+49/\");"
            ) { _, arguments in
                let substitution = arguments[0].substitution
                return { context in
                    guard var uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? ""),
                        let edited = substitution?.apply(to: uri.user ?? "", context)
                    else { return .failure }
                    uri.user = edited
                    context.target.uri = uri.raw
                    return .success
                }
            },
        ]
    }

    private static let uriRoutes: RouteMask = [.request, .branch, .failure, .onReply, .coreReply]

    private static func substitute(
        _ name: String, _ summary: String, _ place: @escaping @Sendable (SIPMessage) -> ArraySlice<UInt8>
    ) -> Function {
        Function(
            name, [.substitution], summary: summary, example: "\(name)(\"/old.test/new.test/g\");"
        ) { _, arguments in
            let substitution = arguments[0].substitution
            return { context in
                let found = substitution?.replacements(in: place(context.message), context) ?? []
                for replacement in found { context.edits.replace(replacement.range, with: replacement.text) }
                return found.isEmpty ? .failure : .success
            }
        }
    }
}
