package import ControlProtocol
import Transport

/// `core.tcp_*` and `core.sockets_list`: sockets and connections on the control socket.
package enum ConnectionMethods {
    /// Adds the methods for a server's transport.
    ///
    /// - Throws: when one of the names is taken.
    package static func register(in server: Server) throws(MethodRegistry.DuplicateMethod) {
        let transport = server.transport
        try add("core.sockets_list", "Lists the sockets.", "An array of objects.", to: server) {
            .array(transport.sockets.map { ["socket": row($0)] })
        }
        try add("core.tcp_info", "Counts the connections.", "Numbers: readers, limits, open connections.", to: server) {
            information(transport)
        }
        try add("core.tcp_list", "Lists the connections.", "An array of objects.", lists: true, to: server) {
            .array(transport.connections.map { row($0) })
        }
        try add("core.tcp_options", "Shows the limits of connections.", "Numbers.", to: server) {
            options(transport.limits)
        }
    }

    private static func add(
        _ name: String, _ summary: String, _ doc: String, lists: Bool = false, to server: Server,
        _ answer: @escaping @Sendable () -> JSONValue
    ) throws(MethodRegistry.DuplicateMethod) {
        guard server.methods[name] == nil else { return }
        let description = MethodDescription(
            name, summary: summary, doc: doc, example: "sipcmd \(name)", lists: lists)
        try server.methods.register(description) { _ in .value(answer()) }
    }

    private static func row(_ socket: ListenSocket) -> JSONValue {
        var members = [
            JSONMember("proto", .string(socket.transport.name)),
            JSONMember("address", .string(socket.endpoint.address.description)),
            JSONMember("port", .string(socket.endpoint.port.description)),
        ]
        if socket.advertised != nil {
            members.append(JSONMember("advertise", .string("\(socket.hostText):\(socket.portText)")))
        }
        return .object(
            members + [JSONMember("mcast", "no"), JSONMember("mhomed", "no"), JSONMember("virtual", "no")])
    }

    private static func information(_ transport: TransportLayer) -> JSONValue {
        let connections = transport.connections
        return [
            "readers": .integer(Int64(transport.workerCount)),
            "max_connections": .integer(Int64(transport.limits.connectionCountMax)),
            "max_tls_connections": .integer(Int64(transport.limits.secureConnectionCountMax)),
            "opened_connections": .integer(Int64(connections.count)),
            "opened_tls_connections": .integer(Int64(connections.count { $0.transport.isSecure })),
            "write_queued_bytes": .integer(Int64(transport.statistics.value(of: .currentQueuedBytes))),
        ]
    }

    private static func row(_ connection: ConnectionInformation) -> JSONValue {
        let state = connection.isEstablished ? connection.isNew ? "CONN_ACCEPT" : "CONN_OK" : "CONN_CONNECT"
        return [
            "id": .integer(Int64(clamping: connection.id.rawValue)), "type": .string(connection.transport.viaName),
            "state": .string(state), "timeout": .integer(Int64(connection.secondsLeft)),
            "lifetime": .integer(Int64(connection.lifetimeSeconds)), "ref_count": 1,
            "src_ip": .string(connection.remote.address.description),
            "src_port": .integer(Int64(connection.remote.port.value)),
            "dst_ip": .string(connection.socket.endpoint.address.description),
            "dst_port": .integer(Int64(connection.socket.endpoint.port.value)),
        ]
    }

    private static func options(_ limits: TransportLimits) -> JSONValue {
        func number(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }
        return [
            "connect_timeout": number(limits.connectTimeoutMilliseconds / 1000),
            "send_timeout": number(limits.sendTimeoutMilliseconds / 1000),
            "connection_lifetime": number(limits.connectionLifetimeMilliseconds / 1000),
            "max_connections(soft)": number(limits.connectionCountMax),
            "max_tls_connections(soft)": number(limits.secureConnectionCountMax), "no_connect": 0, "fd_cache": 1,
            "async": 1, "connect_wait": 1, "conn_wq_max": number(limits.connectionQueueBytesMax),
            "wq_max": number(limits.queueBytesMax), "defer_accept": 0, "delayed_ack": 1, "syncnt": 0, "linger2": 0,
            "keepalive": limits.usesKeepalive ? 1 : 0, "keepidle": number(limits.keepaliveIdleSeconds),
            "keepintvl": number(limits.keepaliveIntervalSeconds), "keepcnt": number(limits.keepaliveCount),
            "crlf_ping": limits.answersPings ? 1 : 0, "accept_aliases": 0, "alias_flags": 0, "new_conn_alias_flags": 0,
        ]
    }
}
