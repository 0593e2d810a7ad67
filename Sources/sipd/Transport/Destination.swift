package import NetworkAddress

/// The number of a stream connection, unique in the life of the process; Kamailio: `$conid`.
package struct ConnectionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number; the first connection is 1.
    package let rawValue: UInt64

    /// Takes a number, as scripts pass it.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package static func < (left: ConnectionID, right: ConnectionID) -> Bool { left.rawValue < right.rawValue }

    package var description: String { String(rawValue) }
}

/// Where a message is sent, and how.
package struct Destination: Hashable, Sendable {
    /// The transport.
    package var transport: TransportProtocol
    /// The address and port of the other side.
    package var remote: Endpoint
    /// The socket to send from; nil takes the first of the transport and of the family of the address.
    package var socket: ListenSocket?
    /// The connection to send over, if it still exists: that of the request, for a response.
    package var connection: ConnectionID?
    /// Fail rather than open a connection (Kamailio: `set_forward_no_connect`, `set_reply_no_connect`).
    package var reuseOnly: Bool
    /// Close the connection when the message is sent (Kamailio: `set_forward_close`, `set_reply_close`).
    package var closeAfter: Bool
    /// The name the other side must prove to have when the transport is secure (RFC 5922 §7.3).
    package var serverName: String?

    /// Creates a destination.
    package init(
        transport: TransportProtocol, remote: Endpoint, socket: ListenSocket? = nil, connection: ConnectionID? = nil,
        reuseOnly: Bool = false, closeAfter: Bool = false, serverName: String? = nil
    ) {
        self.transport = transport
        self.remote = remote
        self.socket = socket
        self.connection = connection
        self.reuseOnly = reuseOnly
        self.closeAfter = closeAfter
        self.serverName = serverName
    }
}

extension Destination: CustomStringConvertible {
    package var description: String { "\(transport):\(remote)" }
}
