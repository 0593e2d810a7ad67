package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine
import Synchronization
import Transport

/// Module `websocket`: SIP over WebSocket (RFC 7118) on the TCP and TLS sockets.
///
/// A client's request of HTTP runs through `event_route[xhttp:request]`, where `ws_handle_handshake()` answers it; what
/// comes behind it are frames, and their messages run through `request_route` with `$proto` `ws` or `wss`.
package final class WebSocketModule: ScriptModule {
    let server: Server
    let settings: WebSocketSettings
    let crossOrigin: WebSocketHandshake.CrossOrigin
    /// Whether handshakes are answered (`ws.enable`, `ws.disable`).
    let isEnabled = Atomic<Bool>(true)
    let failedHandshakes = Counter()
    let mostConnections = Atomic<Int>(0)

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        var settings = WebSocketSettings()
        settings.keepaliveSeconds = parameters.integer("keepalive_timeout")
        switch parameters.integer("keepalive_mechanism") {
        case 1: settings.keepalive = .ping
        case 2: settings.keepalive = .pong
        default: settings.keepalive = .none
        }
        self.settings = settings
        crossOrigin = WebSocketHandshake.CrossOrigin(rawValue: parameters.integer("cors_mode")) ?? .none
        guard parameters.integer("sub_protocols") == 1 else {
            throw ScriptError("only the sub-protocol sip is supported", hint: "set sub_protocols to 1")
        }
    }

    /// Runs `event_route[websocket:closed]` for connections that end.
    package func start(on worker: Worker) {
        guard let route = worker.program.route(kind: .event, name: "websocket:closed"),
            let message = try? SIPMessage.parse(Array(Self.placeholder.utf8))
        else { return }
        worker.webSocketClosedHandlers.append { received in
            let context = worker.makeContext(message: message, received: received)
            context.routeKind = .event
            worker.program.run(route, in: context) { _ in
                for handler in worker.requestEndHandlers { handler(context) }
            }
        }
    }

    /// The message that event routes without one are given.
    private static let placeholder = """
        OPTIONS sip:closed@websocket.invalid SIP/2.0\r
        Via: SIP/2.0/WS 127.0.0.1;branch=z9hG4bKclosed\r
        From: <sip:closed@websocket.invalid>;tag=closed\r
        To: <sip:closed@websocket.invalid>\r
        Call-ID: closed@websocket.invalid\r
        CSeq: 1 OPTIONS\r
        Content-Length: 0\r
        \r

        """

    /// What the module offers.
    package static var description: ModuleDescription<WebSocketModule> {
        ModuleDescription(
            name: "websocket", summary: "SIP over WebSocket.", parameters: parameters, functions: functions,
            variables: [connectionNumber], methods: methods, statistics: statistics,
            eventRoutes: ["websocket:closed"])
    }

    private static let parameters: [ParameterDescription] =
        [
            .integer("keepalive_mechanism", 1, in: 0...3, "What is sent without traffic: 0 nothing, 1 ping, 2 pong."),
            .integer("keepalive_timeout", 180, in: 1...86_400, "Seconds without traffic until it is sent."),
            .integer("sub_protocols", 1, in: 1...3, "1: SIP; others are refused."),
            .integer("cors_mode", 0, in: 0...2, "Access-Control-Allow-Origin: 0 none, 1 any, 2 the one asked for."),
        ]
        + ["keepalive_interval", "keepalive_processes", "timer_interval", "rm_delay_interval"].map {
            .ignored($0, because: "connections are looked at once a second")
        } + [
            .ignored("ping_application_data", because: "pings carry nothing"),
            .ignored("verbose_list", because: "core.tcp_list and ws.dump show connections"),
            .ignored("event_callback", because: "scripts are written in the native language only"),
        ]

    // MARK: - Functions

    private static var functions: [FunctionDescription<WebSocketModule>] {
        [
            FunctionDescription(
                "ws_handle_handshake",
                summary: "Answers the handshake of WebSocket; -1 when it was refused, which is answered too.",
                example: "if (ws_handle_handshake()) exit;"
            ) { module, _ in
                { context in module.handleHandshake(context) ? .success : .failure }
            },
            FunctionDescription(
                "ws_close", [.format, .format, .format], required: 0,
                summary: "Closes a WebSocket connection: status, reason, number; by default that of the message.",
                example: "ws_close(\"4000\", \"go away\");"
            ) { _, arguments in
                { context in close(arguments, context) ? .success : .failure }
            },
        ]
    }

    private func handleHandshake(_ context: ScriptContext) -> Bool {
        guard context.message.isHTTP, let connection = context.received?.connection, !HTTPRequest.isAnswered(context)
        else { return false }
        do throws(WebSocketHandshake.Refusal) {
            guard isEnabled.load(ordering: .relaxed) else {
                throw WebSocketHandshake.Refusal(status: 503, reason: "Service Unavailable", headers: "")
            }
            let answer = try WebSocketHandshake(context: context, crossOrigin: crossOrigin).answer()
            HTTPRequest.setAnswered(context)
            server.transport.upgradeToWebSocket(connection, answer: answer, settings: settings)
            let count = server.transport.statistics.value(of: .currentWebSockets)
            _ = mostConnections.max(count, ordering: .relaxed)
            return true
        } catch {
            failedHandshakes.add()
            HTTPRequest.reply(context, status: error.status, reason: error.reason, headers: error.headers)
            return false
        }
    }

    private static func close(_ arguments: [Argument], _ context: ScriptContext) -> Bool {
        let code = arguments.first.map { $0.text(in: context).integerValue } ?? 1000
        let reason = arguments.count > 1 ? arguments[1].text(in: context).string : "Normal closure"
        let number =
            arguments.count > 2
            ? arguments[2].text(in: context).integerValue.flatMap { UInt64(exactly: $0) }
                .map { ConnectionID(rawValue: $0) }
            : context.received?.connection
        guard let code = code.flatMap({ UInt16(exactly: $0) }), (1000...4999).contains(code), let number else {
            return false
        }
        return context.worker.server.transport.closeWebSocket(number, code: code, reason: reason)
    }

    private static var connectionNumber: VariableDescription<WebSocketModule> {
        VariableDescription(["ws_conid"], summary: "the number of the WebSocket connection of the message") { _, _ in
            ScriptVariable(source: "$ws_conid") { context in
                guard let received = context.received, received.transport.isWebSocket,
                    let connection = received.connection
                else { return .null }
                return .integer(Int(truncatingIfNeeded: connection.rawValue))
            }
        }
    }

    // MARK: - Statistics

    private static var statistics: [StatisticDescription<WebSocketModule>] {
        func ofTransport(
            _ name: String, _ summary: String, _ counter: TransportStatistics.Counter
        ) -> StatisticDescription<WebSocketModule> {
            StatisticDescription("websocket", name, summary: summary) {
                $0.server.transport.statistics.value(of: counter)
            }
        }
        return [
            ofTransport("ws_current_connections", "open connections", .currentWebSockets),
            ofTransport("ws_successful_handshakes", "handshakes that succeeded", .webSocketHandshakes),
            ofTransport("ws_received_frames", "frames received", .webSocketFramesReceived),
            ofTransport("ws_transmitted_frames", "frames sent", .webSocketFramesSent),
            ofTransport("ws_local_closed_connections", "connections closed here", .webSocketsClosedLocally),
            ofTransport("ws_remote_closed_connections", "connections closed by clients", .webSocketsClosedByPeer),
            StatisticDescription("websocket", "ws_failed_handshakes", summary: "handshakes that were refused") {
                $0.failedHandshakes.value
            },
            StatisticDescription("websocket", "ws_max_concurrent_connections", summary: "most connections at once") {
                $0.mostConnections.load(ordering: .relaxed)
            },
        ]
    }
}
