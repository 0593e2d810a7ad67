import ControlProtocol
import ModuleInterface
import Transport

extension ControlModule {
    static var networkMethods: [ModuleMethod<ControlModule>] {
        [
            listing(
                "core.sockets_list", "Lists the sockets that SIP is served on.",
                "objects 'socket' with proto, address, port, mcast, mhomed and virtual"
            ) { server in
                server.transport.sockets.map { socket in
                    [
                        "socket": [
                            "proto": .string("\(socket.transport)"), "address": .string("\(socket.endpoint.address)"),
                            "port": .string("\(socket.endpoint.port.value)"), "mcast": "no", "mhomed": "no",
                            "virtual": "no",
                        ]
                    ]
                }
            },
            method(
                MethodDescription(
                    "core.aliases_list", summary: "Lists the names that mean this server.",
                    doc: "An object: myself_callbacks, and aliases with proto, address and port.",
                    example: "sipcmd core.aliases_list")
            ) { server, _ in
                let aliases = server.settings.aliases.map { alias -> JSONValue in
                    [
                        "alias": [
                            "proto": .string(alias.transport.map { "\($0)" } ?? "*"),
                            "address": .string(alias.host.string),
                            "port": .string(alias.port == 0 ? "*" : "\(alias.port)"),
                        ]
                    ]
                }
                return .value(["myself_callbacks": "yes", "aliases": .array(aliases)])
            },
            listing(
                "core.tcp_list", "Lists the open connections.",
                "objects with id, type, state, timeout, lifetime, ref_count, src_ip, src_port, dst_ip and dst_port; src is the other side"
            ) { server in
                server.transport.connections.map { connection in
                    [
                        "id": JSONValue(connection.id.rawValue), "type": .string(connection.transport.viaName),
                        "state": .string(
                            !connection.isEstablished ? "CONN_CONNECT" : connection.isNew ? "CONN_ACCEPT" : "CONN_OK"),
                        "timeout": JSONValue(connection.secondsLeft),
                        "lifetime": JSONValue(connection.lifetimeSeconds), "ref_count": 1,
                        "src_ip": .string("\(connection.remote.address)"),
                        "src_port": JSONValue(connection.remote.port.value),
                        "dst_ip": .string("\(connection.socket.endpoint.address)"),
                        "dst_port": JSONValue(connection.socket.endpoint.port.value),
                    ]
                }
            },
            record(
                "core.tcp_info", "Tells how many connections there are.",
                "readers, max_connections, max_tls_connections, opened_connections, opened_tls_connections, write_queued_bytes"
            ) { server in
                let limit = JSONValue(server.transport.limits.connectionCountMax)
                let encrypted = server.transport.connections.count { $0.transport.isSecure }
                return [
                    "readers": JSONValue(server.transport.workerCount), "max_connections": limit,
                    "max_tls_connections": JSONValue(server.transport.limits.secureConnectionCountMax),
                    "opened_connections": JSONValue(server.transport.statistics.value(of: .currentConnections)),
                    "opened_tls_connections": JSONValue(encrypted),
                    "write_queued_bytes": JSONValue(server.transport.statistics.value(of: .currentQueuedBytes)),
                ]
            },
            record(
                "core.tcp_options", "Tells the settings of connections.",
                "Kamailio's names; what has no meaning here is 0"
            ) { tcpOptions($0.transport.limits) },
            record(
                "core.udp4_raw_info", "Tells the settings of raw UDP sockets, which are not used.",
                "udp4_raw, udp4_raw_mtu, udp4_raw_ttl"
            ) { _ in
                ["udp4_raw": 0, "udp4_raw_mtu": 1500, "udp4_raw_ttl": 64]
            },
        ]
    }

    private static func tcpOptions(_ limits: TransportLimits) -> JSONValue {
        [
            "connect_timeout": JSONValue(limits.connectTimeoutMilliseconds / 1000),
            "send_timeout": JSONValue(limits.sendTimeoutMilliseconds / 1000),
            "connection_lifetime": JSONValue(limits.connectionLifetimeMilliseconds / 1000),
            "max_connections(soft)": JSONValue(limits.connectionCountMax),
            "max_tls_connections(soft)": JSONValue(limits.secureConnectionCountMax), "no_connect": 0, "fd_cache": 0,
            "async": 1, "connect_wait": 1, "conn_wq_max": JSONValue(limits.connectionQueueBytesMax),
            "wq_max": JSONValue(limits.queueBytesMax), "defer_accept": 0, "delayed_ack": 0, "syncnt": 0, "linger2": 0,
            "keepalive": limits.usesKeepalive ? 1 : 0, "keepidle": JSONValue(limits.keepaliveIdleSeconds),
            "keepintvl": JSONValue(limits.keepaliveIntervalSeconds), "keepcnt": JSONValue(limits.keepaliveCount),
            "crlf_ping": limits.answersPings ? 1 : 0, "accept_aliases": 0, "alias_flags": 0,
            "new_conn_alias_flags": 0,
        ]
    }

    static func record(
        _ name: String, _ summary: String, _ members: String, _ body: @escaping @Sendable (Server) -> JSONValue
    ) -> ModuleMethod<ControlModule> {
        method(MethodDescription(name, summary: summary, doc: "An object: \(members).", example: "sipcmd \(name)")) {
            server, _ in .value(body(server))
        }
    }

    static func listing(
        _ name: String, _ summary: String, _ elements: String, _ body: @escaping @Sendable (Server) -> [JSONValue]
    ) -> ModuleMethod<ControlModule> {
        method(
            MethodDescription(
                name, summary: summary, doc: "An array: \(elements).", example: "sipcmd \(name)", lists: true)
        ) { server, _ in .value(.array(body(server))) }
    }
}
