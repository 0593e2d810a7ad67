package import ControlProtocol
package import Logging
import NIOCore

/// Serves one of Kamailio's `ctl` sockets, so that stock kamcmd works: binrpc on a Unix stream or datagram socket, TCP or
/// UDP.
///
/// Requests are answered in order. What cannot be read as a request is answered with fault 400 and the connection
/// closed, as in Kamailio. Answers are whole packets: what is longer than a kamcmd can take gets a fault that says so.
package final class CtlServer: Sendable {
    /// The bounds and the access of the socket.
    package struct Configuration: Sendable {
        /// How long the body of a request may be (Kamailio: 64 kB).
        package var requestBytesMax = 65_535
        /// How long an answer may be; kamcmd takes 128 kB.
        package var answerBytesMax = 131_072
        /// How many connections may be open (Kamailio: 128).
        package var connectionsMax = 128
        /// Who may use the socket's file (Kamailio: modparams `mode`, `user`, `group`).
        package var access = SocketAccess(mode: 0o600)
        /// What a caller may do.
        package var role: @Sendable (PeerCredentials) -> ControlRole = { $0.roleByFileMode() }
        /// What a caller by TCP or UDP may do, whom nobody can tell from others.
        package var networkRole = ControlRole.viewer

        /// The defaults.
        package init() {}
    }

    // What fits a UDP datagram.
    private static let datagramBytesMax = 65_507

    private let endpoint: CtlEndpoint
    private let stream: StreamListener
    private let datagram: DatagramListener

    /// Makes a server that is not yet listening.
    package init(
        _ endpoint: CtlEndpoint, registry: MethodRegistry, logger: Logger,
        configuration: Configuration = Configuration()
    ) {
        self.endpoint = endpoint
        let audit = AuditLog(logger: logger)
        let answers = CtlAnswer(registry: registry, audit: audit, answerBytesMax: configuration.answerBytesMax)
        stream = StreamListener(
            StreamListener.Configuration(
                connectionsMax: configuration.connectionsMax, stallMax: .seconds(60), access: configuration.access,
                role: configuration.role, networkRole: configuration.networkRole, transport: "ctl", refusal: []),
            logger: logger
        ) { connection in
            try await CtlConnection(
                connection: connection, answers: answers, requestBytesMax: configuration.requestBytesMax
            ).serve()
        }
        let short = CtlAnswer(
            registry: registry, audit: audit, answerBytesMax: min(configuration.answerBytesMax, Self.datagramBytesMax))
        // Nobody tells who sent a datagram; who may write to the file belongs to its owner or group.
        let caller = MethodCaller(transport: "ctl", role: endpoint.isNetwork ? configuration.networkRole : .operator)
        datagram = DatagramListener(configuration.access, logger: logger) { bytes in
            var scanner = BinRPCScanner(limitBytes: configuration.requestBytesMax)
            scanner.append(bytes)
            do throws(BinRPCError) {
                guard let packet = try scanner.next() else { return short.answer(to: .corruptedPacket) }
                return await short.answer(to: packet, from: caller).bytes
            } catch {
                return short.answer(to: error)
            }
        }
    }

    /// Listens; returns when clients can connect.
    ///
    /// - Throws: why not; a path is untouched then.
    package func start() async throws(ControlServerError) {
        switch endpoint {
        case .stream(let path): try await stream.start(path: path)
        case .datagram(let path): try await datagram.start(path: path)
        case .tcp(let host, let port): try await stream.start(host: host, port: port)
        case .udp(let host, let port): try await datagram.start(host: host, port: port)
        }
    }

    /// Stops listening, closes all connections, and removes the socket's file.
    package func stop() async {
        await stream.stop()
        await datagram.stop()
    }

    /// Adds `ctl.listen`, `ctl.connections` and `ctl.who` to a registry, for several servers.
    ///
    /// - Throws: when one of the names is taken.
    package static func registerMethods(
        in registry: MethodRegistry, servers: [CtlServer]
    ) throws(MethodRegistry.DuplicateMethod) {
        // The registry belongs to the servers, not the other way round.
        let sockets = servers.map { server in { @Sendable [weak server] in server } }
        try registry.register(
            MethodDescription(
                "ctl.listen", summary: "Lists the sockets that speak binrpc.",
                doc: "The result is a flat array of four texts a socket: protocol, transport, path or host, port.",
                example: "sipcmd listen")
        ) { _ in
            .value(
                .array(
                    sockets.compactMap { $0()?.endpoint }.flatMap { endpoint -> [JSONValue] in
                        ["binrpc", .string(endpoint.transport), .string(endpoint.name), .string(endpoint.portText)]
                    }))
        }
        try registry.register(
            MethodDescription(
                "ctl.connections", summary: "Counts the open binrpc connections.", doc: "The result is an integer.",
                example: "sipcmd ctl.connections")
        ) { _ in
            .value(JSONValue(sockets.compactMap { $0()?.stream.connections.count }.reduce(0, +)))
        }
        try registry.register(
            MethodDescription(
                "ctl.who", summary: "Lists the open binrpc connections.",
                doc: """
                    The result is a flat array of six texts a connection: protocol, transport, peer, an empty one, our \
                    path or host, and our port. Kamailio refuses it over other transports than ctl.
                    """,
                example: "sipcmd who")
        ) { _ in
            .value(
                .array(
                    sockets.compactMap { $0() }.flatMap { server -> [JSONValue] in
                        let endpoint = server.endpoint
                        let peer: JSONValue = endpoint.isNetwork ? "<client>" : "<anonymous unix socket>"
                        let one: [JSONValue] = [
                            "binrpc", .string(endpoint.transport), peer, "", .string(endpoint.name),
                            .string(endpoint.portText),
                        ]
                        return (0..<server.stream.connections.count).flatMap { _ in one }
                    }))
        }
    }
}
