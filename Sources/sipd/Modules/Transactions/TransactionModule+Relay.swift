import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine

extension TransactionModule {
    typealias Function = FunctionDescription<TransactionModule>

    static let relayRoutes: RouteMask = [.request, .failure, .branchFailure]

    /// Functions that make transactions and send requests on.
    static var relayFunctions: [Function] {
        [
            Function(
                "t_relay", routes: relayRoutes,
                summary: """
                    Forwards the request to its destination set within a transaction, which is made if needed. 1 when \
                    sent, negative when not, 0 for a retransmission.
                    """,
                example: "if (!t_relay()) { sl_reply_error(); }"
            ) { _, _ in { context in Relay(context)?.relay() ?? .failure } },
            relayTo("t_relay", nil, "Forwards the request to this host and port.", "t_relay(\"192.0.2.1\", \"5060\");"),
            Function(
                "t_relay_to", [.text, .text], required: 0, routes: relayRoutes,
                summary:
                    "Forwards the request to PROTO:HOST:PORT, with flags: 1 sends no 100, 4 tries one address only.",
                example: "t_relay_to(\"tcp:192.0.2.1:5060\", \"1\");",
                compile: { _, arguments throws(ScriptError) in try compileRelayTo(arguments) }),
        ] + transportFunctions + matchingFunctions
    }

    private static var transportFunctions: [Function] {
        let transports: [(String, TransportProtocol)] = [("udp", .udp), ("tcp", .tcp), ("tls", .tls)]
        return transports.flatMap { name, transport in
            [
                Function(
                    "t_relay_to_\(name)", routes: relayRoutes,
                    summary: "Forwards the request over \(name.uppercased()).", example: "t_relay_to_\(name)();"
                ) { _, _ in { context in Relay(context)?.relay(NextHopOverride(transport: transport)) ?? .failure } },
                relayTo(
                    "t_relay_to_\(name)", transport, "Forwards the request over \(name.uppercased()) to host and port.",
                    "t_relay_to_\(name)(\"192.0.2.1\", \"5060\");"),
            ]
        }
    }

    private static func relayTo(
        _ name: String, _ transport: TransportProtocol?, _ summary: String, _ example: String
    ) -> Function {
        Function(name, [.format, .integer], routes: relayRoutes, summary: summary, example: example) { _, arguments in
            { context in
                guard let number = arguments[1].integer(in: context), let port = UInt16(exactly: number) else {
                    return .code(RelayError.script.rawValue)
                }
                let override = NextHopOverride(
                    host: arguments[0].text(in: context), port: port == 0 ? nil : port, transport: transport)
                return Relay(context)?.relay(override) ?? .failure
            }
        }
    }

    private static func compileRelayTo(_ arguments: [Argument]) throws(ScriptError) -> FunctionBody {
        var flags = 0
        var override: NextHopOverride?
        for (index, argument) in arguments.enumerated() {
            if let number = flagNumber(argument.source) {
                flags = number
            } else if index == 0 {
                override = try proxy(argument.source)
            } else {
                throw ScriptError("'\(argument.source)' is no number of flags", hint: "write a number like 0x01")
            }
        }
        let sendsTrying: Bool? = flags & 1 != 0 ? false : nil
        let disablesFailover = flags & 4 != 0
        let target = override
        return { context in
            if disablesFailover { MessageState.of(context).disablesFailover = true }
            return Relay(context)?.relay(target, sendsTrying: sendsTrying) ?? .failure
        }
    }

    private static func flagNumber(_ text: ByteString) -> Int? {
        if text.hasPrefixIgnoringCase("0x") { return Int(text.dropFirst(2).string, radix: 16) }
        return text.integerValue
    }

    /// Reads `[PROTO:]HOST[:PORT]`; an IPv6 address stands in brackets.
    private static func proxy(_ text: ByteString) throws(ScriptError) -> NextHopOverride {
        var override = NextHopOverride()
        var rest = text
        if let colon = rest.firstIndex(of: 0x3A) {
            let word = rest.prefix(colon - rest.range.lowerBound)
            if let transport = TransportProtocol(word.bytes) {
                override.transport = transport
                rest = rest.dropFirst(word.count + 1)
            }
        }
        if let colon = rest.lastIndex(of: 0x3A), rest.last != 0x5D {
            let host = rest.prefix(colon - rest.range.lowerBound)
            guard let port = rest.dropFirst(host.count + 1).integerValue, let number = UInt16(exactly: port) else {
                throw ScriptError("'\(text)' has no valid port", hint: "write PROTO:HOST:PORT")
            }
            override.port = number
            rest = host
        }
        guard !rest.isEmpty else { throw ScriptError("'\(text)' names no host", hint: "write PROTO:HOST:PORT") }
        override.host = rest
        return override
    }

    private static var matchingFunctions: [Function] {
        [
            Function(
                "t_newtran", routes: [.request],
                summary:
                    "Makes a transaction without forwarding. 1 when made, 0 for a retransmission, which ends the script.",
                example: "t_newtran(); t_reply(\"404\", \"Not Found\");"
            ) { _, _ in { context in .code(Relay(context)?.makeTransaction() ?? -1) } },
            Function(
                "t_check_trans", routes: [.request, .branch, .onReply, .coreReply],
                summary: """
                    Answers retransmissions and absorbs ACKs, which ends the script; true for a CANCEL that \
                    belongs to a transaction.
                    """,
                example: "if (is_method(\"CANCEL\")) { if (t_check_trans()) t_relay(); exit; }"
            ) { _, _ in { context in .code(Relay(context)?.check() ?? -1) } },
            Function(
                "t_lookup_request", routes: [.request], summary: "Whether the request belongs to a transaction.",
                example: "if (t_lookup_request()) { exit; }"
            ) { _, _ in
                { context in
                    TransactionLayer.of(context)?.find(context.message) == nil ? .failure : .success
                }
            },
            Function(
                "t_lookup_cancel", [.text], required: 0, routes: [.request],
                summary: "Whether the INVITE of a CANCEL is known.", example: "if (!t_lookup_cancel()) { exit; }"
            ) { _, _ in
                { context in
                    TransactionLayer.of(context)?.find(context.message, method: .invite) == nil ? .failure : .success
                }
            },
            Function(
                "t_exists", summary: "Whether the message has a transaction.", example: "if (t_exists()) { exit; }"
            ) { _, _ in { context in MessageState.transaction(of: context) == nil ? .failure : .success } },
        ]
    }
}
