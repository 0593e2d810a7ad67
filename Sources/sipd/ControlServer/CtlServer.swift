package import ControlProtocol
package import Logging
import NIOCore
import Synchronization

/// Serves Kamailio's `ctl` socket: binrpc on a Unix stream socket, so that stock kamcmd works.
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

        /// The defaults.
        package init() {}
    }

    private let listener: StreamListener
    private let path = Mutex<String?>(nil)

    /// Makes a server that is not yet listening.
    package init(registry: MethodRegistry, logger: Logger, configuration: Configuration = Configuration()) {
        listener = StreamListener(
            StreamListener.Configuration(
                connectionsMax: configuration.connectionsMax, stallMax: .seconds(60), access: configuration.access,
                role: configuration.role, transport: "ctl", refusal: []),
            logger: logger
        ) { connection in
            try await CtlConnection(
                connection: connection, registry: registry, audit: AuditLog(logger: logger),
                configuration: configuration
            ).serve()
        }
    }

    /// Listens at a path; returns when clients can connect.
    ///
    /// - Throws: why not; the path is untouched then.
    package func start(path: String) async throws(ControlServerError) {
        try await listener.start(path: path)
        self.path.withLock { $0 = path }
    }

    /// Stops listening, closes all connections, and removes the socket's file.
    package func stop() async {
        await listener.stop()
    }

    /// Adds `ctl.listen`, `ctl.connections` and `ctl.who` to a registry, for this server or for several.
    ///
    /// - Throws: when one of the names is taken.
    package func registerMethods(
        in registry: MethodRegistry, servers: [CtlServer]? = nil
    ) throws(MethodRegistry.DuplicateMethod) {
        // The registry belongs to the servers, not the other way round.
        let sockets = (servers ?? [self]).map { server in { @Sendable [weak server] in server?.socket } }
        try registry.register(
            MethodDescription(
                "ctl.listen", summary: "Lists the sockets that speak binrpc.",
                doc: "The result is a flat array of four texts a socket: protocol, transport, path, and an empty one.",
                example: "sipcmd listen")
        ) { _ in
            .value(.array(sockets.compactMap { $0() }.flatMap { ["binrpc", "unix_stream", .string($0.path), ""] }))
        }
        try registry.register(
            MethodDescription(
                "ctl.connections", summary: "Counts the open binrpc connections.", doc: "The result is an integer.",
                example: "sipcmd ctl.connections")
        ) { _ in
            .value(JSONValue(sockets.compactMap { $0()?.connections }.reduce(0, +)))
        }
        try registry.register(
            MethodDescription(
                "ctl.who", summary: "Lists the open binrpc connections.",
                doc: """
                    The result is a flat array of six texts a connection: protocol, transport, peer, an empty one, our \
                    path, and an empty one. Kamailio refuses it over other transports than ctl.
                    """,
                example: "sipcmd who")
        ) { _ in
            .value(
                .array(
                    sockets.compactMap { $0() }.flatMap { socket -> [JSONValue] in
                        let one: [JSONValue] = [
                            "binrpc", "unix_stream", "<anonymous unix socket>", "", .string(socket.path), "",
                        ]
                        return (0..<socket.connections).flatMap { _ in one }
                    }))
        }
    }

    private var socket: (path: String, connections: Int)? {
        path.withLock { $0 }.map { ($0, listener.connections.count) }
    }
}
