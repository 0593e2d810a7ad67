package import NetworkAddress
package import SIPMessage

/// Where a message came from and how it got here.
package struct ReceivedFrom: Sendable, Hashable {
    /// The address and port it was sent from.
    package var source: Endpoint
    /// The address it was sent to: that of the socket, or the one in the packet when the socket is bound to all.
    package var destination: IPAddress
    /// The socket it arrived at; for a connection opened from here the one it was opened for.
    package var socket: ListenSocket
    /// The connection it arrived over; nil for a datagram.
    package var connection: ConnectionID?
    /// The transport it arrived over: that of the socket, or WebSocket on top of it.
    package var transport: TransportProtocol

    /// Creates the origin of a message.
    package init(source: Endpoint, destination: IPAddress, socket: ListenSocket, connection: ConnectionID? = nil) {
        transport = socket.transport
        self.source = source
        self.destination = destination
        self.socket = socket
        self.connection = connection
    }
}

/// Something that arrived from the network.
package enum InboundEvent: Sendable {
    /// A message; it may have defects that are to be answered with 400.
    case message(SIPMessage, ReceivedFrom)
    /// Bytes that are no message: the first of them, and why.
    case malformed([UInt8], SIPParseError, ReceivedFrom)
    /// A connection has ended; it was known under this number.
    case connectionClosed(ConnectionID, ConnectionCloseReason, ReceivedFrom)
}

/// Why a connection has ended (Kamailio: event routes `tcp:closed`, `tcp:timeout`, `tcp:reset`).
package enum ConnectionCloseReason: Hashable, Sendable {
    /// The other side closed it.
    case closedByPeer
    /// The other side reset it, or the network failed.
    case reset
    /// Nothing was sent or received for the lifetime of a connection, or a message was begun and not finished.
    case timeout
    /// It was closed here: on request, at the end of the daemon, because of what it sent or because it read too slowly.
    case closedLocally
}

/// Takes what the transport receives.
package protocol TransportReceiver: Sendable {
    /// Processes all that one read cycle brought for one worker, in the order of arrival.
    ///
    /// Called on the event loop of `worker` and must not block. All messages with the same Call-ID come to the same
    /// worker. What is sent from within the call leaves in one system call when it returns.
    func receive(_ events: consuming [InboundEvent], worker: Int)
}
