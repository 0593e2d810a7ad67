import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// `force_rport`, `set_reply_close`, …: how replies to the request, and the request itself, travel.
enum ReplyCommands {
    static let all: [Command] = [
        command("force_rport", routes: .beforeSending, "Replies go to the port that the request came from.") {
            $0.replyRouting.forcesRport = true
        },
        command("add_rport", routes: .beforeSending, "Replies go to the port that the request came from.") {
            $0.replyRouting.forcesRport = true
        },
        command("add_local_rport", "Asks the next hop to reply to the port that the request is sent from.") {
            $0.replyRouting.addsLocalRport = true
        },
        command("set_reply_no_connect", "Replies travel only over connections that are open.") {
            $0.replyRouting.reuseOnly = true
        },
        command("set_reply_close", "Closes the connection when the reply is sent.") {
            $0.replyRouting.closeAfter = true
        },
        command("set_forward_no_connect", "Sends the request only over a connection that is open.") {
            $0.target.reuseOnly = true
        },
        command("set_forward_close", "Closes the connection when the request is sent.") {
            $0.target.closeAfter = true
        },
        alias("force_tcp_alias"), alias("add_tcp_alias"),
        Command(
            "clear_branches", routes: .beforeSending, summary: "Removes all branches but the Request-URI itself.",
            example: "clear_branches();"
        ) { _, _ in
            { context in
                context.branches.removeAll()
                return .success
            }
        },
        Command(
            "remove_branch", [.integer], required: 0, routes: .beforeSending,
            summary: "Removes a branch by its number.",
            example: "remove_branch(0);"
        ) { _, arguments in
            let index = arguments.first?.constant?.number ?? 0
            return { context in
                guard context.branches.indices.contains(index) else { return .failure }
                context.branches.remove(at: index)
                return .success
            }
        },
    ]

    private static func command(
        _ name: String, routes: RouteMask = .any, _ summary: String,
        _ body: @escaping @Sendable (ScriptContext) -> Void
    ) -> Command {
        Command(name, routes: routes, summary: summary, example: "\(name)();") { _, _ in
            { context in
                body(context)
                return .success
            }
        }
    }

    private static func alias(_ name: String) -> Command {
        Command(
            name, [.integer], required: 0, routes: .beforeSending,
            summary: "Requests to the address in the Via travel over the connection that the request came over.",
            example: "\(name)();"
        ) { _, arguments throws(ScriptError) in
            let given = arguments.first?.constant?.number
            guard given == nil || Port(exactly: given ?? 0) != nil else {
                throw ScriptError("'\(given ?? 0)' is not a port")
            }
            return { context in
                guard let connection = context.received?.connection else { return .success }
                let via = context.message.topVia?.port.map { Port($0) } ?? context.received?.transport.defaultPort
                guard let port = given.flatMap({ Port(exactly: $0) }) ?? via else { return .failure }
                return context.worker.server.transport.addAlias(port, to: connection) ? .success : .failure
            }
        }
    }
}
