import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// `forward`, `force_send_socket`: sending the request on without a transaction.
enum ForwardCommands {
    static let all: [Command] =
        [("forward", nil), ("forward_udp", .udp), ("forward_tcp", .tcp), ("forward_tls", .tls)].map {
            forward($0.0, $0.1)
        } + [sendSocket]

    private static func forward(_ name: String, _ transport: TransportProtocol?) -> Command {
        Command(
            name, [.text, .text], required: 0, routes: .beforeSending,
            summary: "Sends the request on without a transaction: to a host, or where $du or the Request-URI say.",
            example: "forward();"
        ) { _, arguments throws(ScriptError) in
            let host = arguments.first.flatMap { $0.source == "uri:host" ? nil : $0.source }
            let port = try port(arguments.count > 1 ? arguments[1] : nil)
            if let host, IPAddress(LocalHost.withoutBrackets(host).bytes) == nil {
                throw ScriptError("host name '\(host.string)' is not resolved here", hint: "write its address")
            }
            return { context in
                send(context, host: host, port: port, transport: transport) ? .success : .failure
            }
        }
    }

    private static func port(_ argument: Argument?) throws(ScriptError) -> UInt16? {
        guard let argument, argument.source != "uri:port" else { return nil }
        guard let port = argument.source.integerValue.flatMap({ UInt16(exactly: $0) }) else {
            throw ScriptError("'\(argument.source.string)' is not a port")
        }
        return port
    }

    private static func send(
        _ context: ScriptContext, host: ByteString?, port: UInt16?, transport forced: TransportProtocol?
    ) -> Bool {
        let worker = context.worker
        guard context.message.isRequest,
            let text = context.target.destination ?? context.target.uri ?? context.message.requestURI,
            let uri = try? SIPURI.parse(text),
            let address = IPAddress(LocalHost.withoutBrackets(host ?? uri.host).bytes)
        else { return false }
        let named = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) }
        let transport = forced ?? named ?? (uri.scheme == .sips ? .tls : .udp)
        let chosen = port ?? (host == nil ? uri.port : nil)
        guard let socket = socket(for: transport, address.family, context) else { return false }
        let request = ForwardedRequest(
            context, to: context.target, from: socket, branch: worker.server.statelessBranch(of: context.message),
            over: transport)
        let destination = Destination(
            transport: transport,
            remote: Endpoint(address: address, port: chosen.map { Port($0) } ?? transport.defaultPort), socket: socket,
            connection: context.target.connection, reuseOnly: context.target.reuseOnly,
            closeAfter: context.target.closeAfter)
        worker.server.transport.send(request.bytes(), to: destination, from: worker.index)
        return true
    }

    private static func socket(
        for transport: TransportProtocol, _ family: IPAddress.Family, _ context: ScriptContext
    ) -> ListenSocket? {
        let candidates = [context.target.socket, context.received?.socket].compactMap { $0 }
        return candidates.first { $0.transport == transport.carrier && $0.endpoint.address.family == family }
            ?? context.worker.server.transport.socket(for: transport, family: family)
    }

    private static let sendSocket = Command(
        "force_send_socket", [.text], summary: "Chooses the socket that the request is sent from.",
        example: "force_send_socket(udp:192.0.2.1:5060);"
    ) { _, arguments in
        let text = arguments[0].source.string
        return { context in
            guard let socket = context.host.sockets.first(where: { matches($0, text) }) else { return .failure }
            context.target.socket = socket
            return .success
        }
    }

    private static func matches(_ socket: ListenSocket, _ text: String) -> Bool {
        let whole = "\(socket.transport.name):\(socket.endpoint)"
        let address = String(decoding: socket.endpoint.address.text(bracketed: true), as: UTF8.self)
        let hasDefaultPort = socket.endpoint.port == socket.transport.defaultPort
        return whole == text || "\(socket.endpoint)" == text
            || hasDefaultPort && (address == text || "\(socket.transport.name):\(address)" == text)
    }
}
