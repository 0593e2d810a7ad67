package import NetworkAddress
package import SIPMessage
package import ScriptEngine
package import Transport

/// The global parameters of the configuration, typed, with Kamailio's defaults.
package struct CoreSettings: Sendable {
    /// Sockets to listen on (`listen`, `-l`), in order.
    package var listens: [ListenSetting] = []
    /// Names that are this server too (`alias`).
    package var aliases: [LocalName] = []
    /// Default SIP port (`port`).
    package var port: UInt16 = 5060
    /// Event loops that process messages (`children`, `--workers`); 0 chooses one a core.
    package var workers = 0
    /// Log level, Kamailio's: -1 error … 3 debug (`debug`).
    package var debug = 0
    /// Whether `rDNS` names of the sockets count as this server (`auto_aliases`).
    package var autoAliases = true
    /// The `Server` header line of replies made here, without CRLF; nil for none (`server_header`).
    package var serverHeader: ByteString? = "Server: sipd"
    /// The `User-Agent` header line of requests made here, without CRLF (`user_agent_header`).
    package var userAgentHeader: ByteString = "User-Agent: sipd"
    /// Whether `serverHeader` is added to replies (`server_signature`).
    package var serverSignature = true
    /// Iterations a `while` may take; 0 for no limit (`max_while_loops`).
    package var maxWhileLoops = 100
    /// Depth of nested routes (`max_recursive_level`).
    package var maxRecursiveLevel = 256
    /// Bounds and times of sockets and connections (`tcp_…`, `tos`).
    package var transport = TransportLimits()
    /// How names are resolved (`dns_…`).
    package var resolver = ResolverSettings()
    /// Whether TCP is off (`disable_tcp`).
    package var tcpDisabled = false
    /// Whether TLS is on (`enable_tls`).
    package var tlsEnabled = false
    /// Default port of TLS (`tls_port_no`).
    package var tlsPort: UInt16 = 5061
    /// Number of this node among those that share a database (`server_id`).
    package var serverID = 0
    /// Whether failed destinations are followed by the next address (`use_dns_failover`).
    package var usesDNSFailover = false
    /// Host to show instead of the socket's in headers (`advertised_address`).
    package var advertisedAddress: String?
    /// Port to show instead of the socket's (`advertised_port`).
    package var advertisedPort: UInt16?
    /// Prefix of every log line (`log_prefix`), a format string.
    package var logPrefix: ByteString?
    /// Folder for the control socket and the sockets of `ctl` and `jsonrpcs` (`-Y`, `run_dir`).
    package var runFolder = "/run/sipd"
    /// User of the sockets of `ctl` and `jsonrpcs` and of the control socket (`-u`); nil for the process's.
    package var socketUser: UInt32?
    /// Group of these sockets (`-g`); nil for the process's.
    package var socketGroup: UInt32?
    /// Custom globals: `group.name = value`.
    package var custom: [String: [String: ScriptValue]] = [:]
    /// Flag names declared by `flags`, with their numbers.
    package var flagNames: [String: Int] = [:]
    /// Names that the preprocessor knows at the end, for `$def()`.
    package var defines: [String: ByteString?] = [:]

    /// Kamailio's defaults.
    package init() {}
}

/// A socket to open.
package struct ListenSetting: Sendable, Hashable {
    /// The transport; nil opens UDP and TCP, as `listen=127.0.0.1` does.
    package var transport: TransportProtocol?
    /// Address, interface or host name as written.
    package var host: String
    /// The port; nil is the default of the transport.
    package var port: UInt16?
    /// Host to show in headers instead.
    package var advertisedHost: String?
    /// Port to show in headers instead.
    package var advertisedPort: UInt16?
    /// Name for `force_send_socket_name()` and `$fsn`.
    package var name: String?

    /// A socket to open.
    package init(
        transport: TransportProtocol?, host: String, port: UInt16?, advertisedHost: String? = nil,
        advertisedPort: UInt16? = nil, name: String? = nil
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
        self.name = name
    }
}

/// A name that means this server (`alias`): a host, and perhaps a port and a transport.
package struct LocalName: Sendable, Hashable {
    /// The host, lower case, IPv6 without brackets.
    package let host: ByteString
    /// The port; 0 for any.
    package let port: UInt16
    /// The transport; nil for any.
    package let transport: TransportProtocol?

    /// A local name.
    package init(host: ByteString, port: UInt16 = 0, transport: TransportProtocol? = nil) {
        self.host = host
        self.port = port
        self.transport = transport
    }
}
