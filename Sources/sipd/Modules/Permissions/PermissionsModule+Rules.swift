import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PermissionsModule {
    static let ruleParameters: [ParameterDescription] = [
        .string(
            "default_allow_file", "/etc/kamailio/permissions.allow", "rules of what is allowed when a call names none"),
        .string(
            "default_deny_file", "/etc/kamailio/permissions.deny", "rules of what is refused when a call names none"),
        .string("allow_suffix", ".allow", "what makes the file of allowed things of a base name"),
        .string("deny_suffix", ".deny", "what makes the file of refused things of a base name"),
        .flag("check_all_branches", true, "whether allow_routing() looks at all branches"),
    ]

    static var ruleFunctions: [FunctionDescription<PermissionsModule>] {
        [routing, registration, uri]
    }

    private static var routing: FunctionDescription<PermissionsModule> {
        FunctionDescription(
            "allow_routing", [.text, .text], required: 0, routes: [.request, .failure],
            summary: "Whether the rules let From call the Request-URI and, by check_all_branches, the branches.",
            example: "if (!allow_routing(\"/etc/kamailio/calls\")) { send_reply(\"403\", \"Forbidden\"); exit; }"
        ) { module, arguments throws(ScriptError) in
            let rules = try module.ruleFiles.pair(arguments.map(\.source))
            return { context in
                guard let from = plain(context.message.from?.uri) else { return .failure }
                var targets = [context.target.uri ?? context.message.requestURI]
                if module.ruleFiles.checksAllBranches { targets += context.branches.map(\.uri) }
                let isAllowed = targets.allSatisfy { target in
                    guard let to = plain(target) else { return false }
                    return rules.allows(from: from, to: to)
                }
                return isAllowed ? .success : .failure
            }
        }
    }

    private static var registration: FunctionDescription<PermissionsModule> {
        FunctionDescription(
            "allow_register", [.text, .text], required: 0, routes: [.request, .failure],
            summary: "Whether the rules let To register each Contact; taking all contacts back is always allowed.",
            example: "if (!allow_register(\"/etc/kamailio/register\")) { send_reply(\"403\", \"Forbidden\"); exit; }"
        ) { module, arguments throws(ScriptError) in
            let rules = try module.ruleFiles.pair(arguments.map(\.source))
            return { context in
                guard let to = plain(context.message.to?.uri), let contacts = try? context.message.contacts() else {
                    return .failure
                }
                let isAllowed = contacts.allSatisfy { contact in
                    if contact.isWildcard { return true }
                    guard let uri = plain(contact.uri) else { return false }
                    return rules.allows(from: to, to: uri)
                }
                return isAllowed ? .success : .failure
            }
        }
    }

    private static var uri: FunctionDescription<PermissionsModule> {
        FunctionDescription(
            "allow_uri", [.text, .format], routes: [.request, .failure],
            summary: "Whether the rules let From call a URI.",
            example: "if (!allow_uri(\"/etc/kamailio/refer\", \"$rt\")) { send_reply(\"403\", \"Forbidden\"); exit; }"
        ) { module, arguments throws(ScriptError) in
            let rules = try module.ruleFiles.pair([arguments[0].source])
            return { context in
                guard let from = plain(context.message.from?.uri), let to = plain(arguments[1].text(in: context)) else {
                    return .failure
                }
                return rules.allows(from: from, to: to) ? .success : .failure
            }
        }
    }

    /// `sip:user@host` of a URI, which is what rules are compared with.
    private static func plain(_ uri: ByteString?) -> ByteString? {
        guard let uri = uri.flatMap({ try? SIPURI.parse($0) }) else { return nil }
        if uri.host.isEmpty { return uri.user.map { "tel:" + $0 } }
        return "sip:" + (uri.user.map { $0 + "@" } ?? "") + uri.host
    }

    // MARK: - Methods

    static var ruleMethods: [ModuleMethod<PermissionsModule>] {
        ["permissions.testUri", "permissions.allowUri"].map { name in
            ModuleMethod(
                MethodDescription(
                    name,
                    parameters: [
                        .init("basename", .string, doc: "a base name that the script has"),
                        .init("uri", .string, doc: "the address of the caller"),
                        .init("contact", .string, doc: "the address that is called"),
                    ],
                    summary: "Whether the rules of a base name let one address call another.",
                    doc: "Answers Allowed or Denied.",
                    example: "sipcmd \(name) /etc/kamailio/calls sip:alice@pbx.test sip:0900@pbx.test")
            ) { module in
                { call throws(MethodFault) in
                    guard let basename = try? call.string(0, named: "basename"),
                        let uri = try? call.string(1, named: "uri"), let contact = try? call.string(2, named: "contact")
                    else { throw MethodFault(500, "Not enough parameters (basename, URI and contact)") }
                    guard let rules = module.ruleFiles.knownPair(basename: basename) else {
                        throw MethodFault(500, "the script has no rules of '\(basename)'")
                    }
                    guard let from = plain(ByteString(uri)), let to = plain(ByteString(contact)) else {
                        throw MethodFault(500, "both addresses have to be SIP URIs")
                    }
                    return .value(rules.allows(from: from, to: to) ? "Allowed" : "Denied")
                }
            }
        }
    }
}
