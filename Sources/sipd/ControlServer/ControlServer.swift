package import ControlProtocol
package import Logging

/// Serves the native control socket: JSON-RPC 2.0 on a Unix stream socket, one document a line.
///
/// It has an event loop of its own for the bytes, and runs methods on Swift's shared executor, never on a SIP loop.
/// Each connection is served in order; a listing is pulled from its source only as fast as the client reads.
///
///     let server = ControlServer(registry: registry, logger: logger)
///     try await server.start(path: "/run/sipd/control.sock")
///     …
///     await server.stop()
package final class ControlServer: Sendable {
    /// The bounds and the access of the socket.
    package struct Configuration: Sendable {
        /// How long a request may be.
        package var requestBytesMax = 16 << 20
        /// How many connections may be open; a further one replaces the one that is idle for longest.
        package var connectionsMax = 256
        /// After how long a client that does not read its answer is disconnected.
        package var stallMax: Duration = .seconds(60)
        /// Who may use the socket's file.
        package var access = SocketAccess(mode: 0o660)
        /// What a caller may do.
        package var role: @Sendable (PeerCredentials) -> ControlRole = { $0.roleByFileMode() }

        /// The defaults.
        package init() {}
    }

    private let listener: StreamListener

    /// Makes a server that is not yet listening.
    package init(registry: MethodRegistry, logger: Logger, configuration: Configuration = Configuration()) {
        let requestBytesMax = configuration.requestBytesMax
        listener = StreamListener(
            StreamListener.Configuration(
                connectionsMax: configuration.connectionsMax, stallMax: configuration.stallMax,
                access: configuration.access, role: configuration.role,
                transport: "control", refusal: Self.refusal(connectionsMax: configuration.connectionsMax)),
            logger: logger
        ) { connection in
            try await ControlConnection(
                connection: connection, registry: registry, audit: AuditLog(logger: logger),
                requestBytesMax: requestBytesMax
            ).serve()
        }
    }

    /// Listens at a path; returns when clients can connect.
    ///
    /// - Throws: why not; the path is untouched then.
    package func start(path: String) async throws(ControlServerError) {
        try await listener.start(path: path)
    }

    /// Serves a socket that listens already, as systemd hands it over; the path is for the log only.
    ///
    /// - Throws: when it is no listening Unix stream socket.
    package func start(adopting descriptor: Int32, path: String) async throws(ControlServerError) {
        try await listener.start(adopting: descriptor, path: path)
    }

    /// Stops listening, closes all connections, and removes the socket's file.
    ///
    /// Methods that run are cancelled and awaited. Does nothing when the server does not run.
    package func stop() async {
        await listener.stop()
    }

    private static func refusal(connectionsMax: Int) -> [UInt8] {
        let fault = MethodFault(
            MethodFault.Code.busy, "\(connectionsMax) connections are busy", kind: "busy", hint: "try again later")
        var bytes: [UInt8] = []
        JSONRPCResponse(id: .null, outcome: .failure(fault)).write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
