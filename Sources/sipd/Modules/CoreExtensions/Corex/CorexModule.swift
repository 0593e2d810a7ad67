package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `corex`: branches of the destination set, names of subdomains, `$cfg()`.
package struct CorexModule: ScriptModule {
    let server: Server

    /// Makes the domains of `alias_subdomains` known.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        for text in parameters.list("alias_subdomains") {
            let domain = try SubdomainAlias(text)
            server.addLocalNames { host, port, transport in domain.matches(host, port, transport) }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<CorexModule> {
        ModuleDescription(
            name: "corex", summary: "Branches of the destination set, names of subdomains, $cfg().",
            parameters: [
                .list("alias_subdomains", "domain whose subdomains are this server: [transport:]domain[:port]"),
                .ignored("dns_cache", because: "names are asked for when they are needed"),
                .ignored("nio_intercept", because: "messages are not changed on their way to the network"),
                .ignored("nio_min_msg_len", because: "messages are not changed on their way to the network"),
                .ignored("nio_msg_avp", because: "messages are not changed on their way to the network"),
                .ignored("evcb_reply_out", because: "event routes are those of the configuration"),
            ],
            functions: functions, variables: [configuration], methods: methods)
    }

    private typealias Function = FunctionDescription<CorexModule>

    private static let functions: [Function] = [
        Function(
            "append_branch", [.format, .format], required: 0, routes: [.request, .failure, .event],
            summary: "Adds a branch to the destination set: the Request-URI, or a URI with a preference.",
            example: "append_branch(\"sip:bob@192.0.2.1\", \"0.5\");"
        ) { _, arguments in
            let uri = arguments.first
            let preference = arguments.count > 1 ? arguments[1] : nil
            return { context in appendBranch(context, uri?.text(in: context), preference?.text(in: context)) }
        },
        Function(
            "has_ruri_user", summary: "Tests whether the Request-URI has a user.", example: "if (has_ruri_user()) { … }"
        ) { _, _ in
            { context in
                guard let text = context.target.uri ?? context.message.requestURI,
                    let user = (try? SIPURI.parse(text))?.user, !user.isEmpty
                else { return .failure }
                return .success
            }
        },
        Function(
            "has_user_agent", summary: "Tests whether the message has a User-Agent that is not empty.",
            example: "if (has_user_agent()) { … }"
        ) { _, _ in
            { context in context.message.firstText(.userAgent)?.isEmpty == false ? .success : .failure }
        },
        Function(
            "is_socket_name", [.format], summary: "Tests whether a socket has this name.",
            example: "if (is_socket_name(\"outside\")) { … }"
        ) { _, arguments in
            let name = arguments[0]
            return { context in
                let wanted = name.text(in: context).string
                return context.host.sockets.contains { $0.name == wanted } ? .success : .failure
            }
        },
        Function(
            "set_send_socket_name", [.format], summary: "Chooses the socket that the request is sent from by its name.",
            example: "set_send_socket_name(\"outside\");"
        ) { _, arguments in
            let name = arguments[0]
            return { context in
                let wanted = name.text(in: context).string
                guard let socket = context.host.sockets.first(where: { $0.name == wanted }) else { return .failure }
                context.target.socket = socket
                return .success
            }
        },
        Function(
            "set_send_socket", [.format],
            summary: "Chooses the socket that the request is sent from: udp:192.0.2.1:5060.",
            example: "set_send_socket(\"udp:192.0.2.1:5060\");"
        ) { _, arguments in
            let text = arguments[0]
            return { context in
                let wanted = text.text(in: context).string
                guard let socket = context.host.sockets.first(where: { "\($0)" == wanted }) else { return .failure }
                context.target.socket = socket
                return .success
            }
        },
    ]

    private static func appendBranch(
        _ context: ScriptContext, _ uri: ByteString?, _ preference: ByteString?
    ) -> FunctionResult {
        guard context.branches.count < 31 else { return .failure }
        // Kamailio: next hop, path, socket and branch flags are those of the Request-URI.
        var branch = context.target
        if uri != nil {
            branch.q = nil
            branch.instance = nil
            branch.registrationID = 0
            branch.ruid = nil
            branch.userAgent = nil
        }
        branch.uri = (uri ?? context.target.uri ?? context.message.requestURI)?.compacted()
        guard let text = branch.uri, (try? SIPURI.parse(text)) != nil else { return .failure }
        if let preference {
            guard let q = Preference.thousandths(preference) else { return .failure }
            branch.q = q
        }
        context.branches.append(branch)
        // Kamailio: the next hop has gone to the branch; the Request-URI gets one of its own.
        if uri == nil { context.target.destination = nil }
        return .success
    }

    /// `$cfg(line)`: where in the configuration the script is.
    private static let configuration = VariableDescription<CorexModule>(
        ["cfg"], inner: .required, summary: "file (name), line or route that the script is in"
    ) { _, reference throws(ScriptError) in
        switch reference.inner {
        case "line": ScriptVariable(source: "$cfg(line)") { .integer($0.currentLine) }
        case "name", "file": ScriptVariable(source: "$cfg(name)") { .string(ByteString($0.currentFile)) }
        case "route": ScriptVariable(source: "$cfg(route)") { .string(ByteString($0.routeName)) }
        default: throw ScriptError("'$cfg()' takes name, line or route")
        }
    }
}
