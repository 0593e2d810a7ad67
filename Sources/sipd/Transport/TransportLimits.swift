package import SIPMessage

/// How the event loops share the port of a datagram socket; see docs/decisions/0003.
package enum DatagramSharing: Hashable, Sendable, CaseIterable {
    /// One socket for each loop on the same port, among which the kernel spreads datagrams at random.
    case spread
    /// One loop reads for all.
    case singleReader
}

/// Bounds and times of the transport layer; most are global parameters of Kamailio.
package struct TransportLimits: Hashable, Sendable {
    /// Bounds of a message.
    package var message = MessageLimits.default
    /// How loops share a datagram socket.
    package var datagramSharing = DatagramSharing.spread
    /// Datagrams taken in one system call.
    ///
    /// No power of two: the buffer they are read into is one, and would be cut so that all datagrams compete for the
    /// same lines of the processor's caches.
    package var datagramBatchCount = 31
    /// The most messages that wait for one worker after others have read them.
    ///
    /// Beyond it datagrams are dropped and connections are not read, so that a worker which cannot keep up does not
    /// fill the memory.
    package var backlogCountMax = 8192
    /// The receive buffer asked of the system for each datagram socket; it may grant less (`net.core.rmem_max`).
    package var datagramReceiveBufferBytes = 4 << 20
    /// Type of service of outgoing packets (`tos`); nil leaves the system's.
    package var typeOfService: Int32?
    /// How long a connection may be idle (`tcp_connection_lifetime`).
    package var connectionLifetimeMilliseconds = 120_000
    /// How long a connection may take to be established (`tcp_connect_timeout`).
    package var connectTimeoutMilliseconds = 10_000
    /// How long a connection may be open before its first message is complete (`tcp_wait_data`).
    package var firstMessageTimeoutMilliseconds = 5000
    /// How long a message may take from its first byte to its last; stops senders who trickle bytes to hold memory.
    package var messageTimeoutMilliseconds = 10_000
    /// How long bytes may wait in the queue of a connection (`tcp_send_timeout`).
    package var sendTimeoutMilliseconds = 10_000
    /// How often connections are checked for the times above.
    package var connectionCheckMilliseconds = 1000
    /// The most connections, in and out together (`tcp_max_connections`).
    package var connectionCountMax = 2048
    /// The most secure connections among them (`tls_max_connections`).
    package var secureConnectionCountMax = 2048
    /// The most accepted connections from one address (`tcp_accept_iplimit`); 0 for no limit.
    package var acceptedCountMaxByAddress = 0
    /// Whether connections are opened from here at all (`tcp_no_connect`).
    package var opensConnections = true
    /// Whether the `alias` parameter of a Via makes an alias (`tcp_accept_aliases`).
    package var acceptsAliases = false
    /// The most bytes waiting in the queue of one connection before it is closed (`tcp_conn_wq_max`).
    package var connectionQueueBytesMax = 32_768
    /// The most bytes waiting in the queues of all connections (`tcp_wq_max`).
    package var queueBytesMax = 10_485_760
    /// Connections waiting to be accepted.
    package var backlog: Int32 = 1024
    /// Send TCP keep-alive packets (`tcp_keepalive`).
    package var usesKeepalive = true
    /// Seconds before the first keep-alive packet (`tcp_keepidle`); 0 leaves the system's.
    package var keepaliveIdleSeconds: Int32 = 0
    /// Seconds between keep-alive packets (`tcp_keepintvl`); 0 leaves the system's.
    package var keepaliveIntervalSeconds: Int32 = 0
    /// Keep-alive packets without answer before the connection is given up (`tcp_keepcnt`); 0 leaves the system's.
    package var keepaliveCount: Int32 = 0
    /// Take a message without Content-Length for one without a body (`tcp_accept_no_cl`).
    package var acceptsMissingContentLength = false
    /// Answer a double CRLF with a CRLF (`tcp_crlf_ping`).
    package var answersPings = true

    /// The defaults are Kamailio's where it has the parameter.
    package init() {}
}
