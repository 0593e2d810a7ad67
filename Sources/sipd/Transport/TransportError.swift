package import NetworkAddress
import OperatingSystem

/// Why a socket cannot be listened on.
package struct TransportError: Error, Hashable, Sendable {
    /// The kind of failure.
    package enum Reason: Hashable, Sendable {
        /// Another program, or another line of the configuration, has the port.
        case portInUse
        /// The port is below 1024, or a policy forbids it.
        case notPermitted
        /// No interface of this machine has the address.
        case noSuchAddress
        /// Nothing here speaks the transport.
        case unsupportedTransport
        /// The layer was started or stopped already.
        case wrongState
        /// Any other failure: the system call and its error number.
        case system(call: String, errorNumber: Int32)
    }

    /// What was wanted; nil when the failure concerns no address.
    package var request: ListenRequest?
    /// What is wrong.
    package var reason: Reason

    /// Creates an error.
    package init(_ reason: Reason, request: ListenRequest?) {
        self.reason = reason
        self.request = request
    }
}

extension TransportError: CustomStringConvertible {
    /// One line, with what the user can do behind a semicolon.
    package var description: String {
        guard let request else { return reason.text }
        return "cannot listen on '\(request.transport):\(request.endpoint)': \(reason.text)"
    }
}

extension TransportError.Reason {
    fileprivate var text: String {
        switch self {
        case .portInUse: "the port is in use by another socket"
        case .notPermitted: "not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE"
        case .noSuchAddress: "no interface of this machine has the address"
        case .unsupportedTransport: "the transport is not supported"
        case .wrongState: "the transport layer was started or stopped before"
        case .system(let call, let errorNumber): "\(call): \(ErrorText.of(errorNumber))"
        }
    }
}

/// Why a message was not sent.
package enum SendError: Error, Hashable, Sendable {
    /// Nothing listens on the transport in the family of the address, so that there is no address to send from.
    case noSocket(TransportProtocol)
    /// No connection exists and none was to be opened (`reuseOnly`).
    case noConnection
    /// The other side refused the connection.
    case refused
    /// The connection was not established, or the message not sent, in time.
    case timeout
    /// The other side, or its network, cannot be reached.
    case unreachable
    /// The message is larger than a datagram may be, or than the path allows.
    case messageTooLarge
    /// The connection ended before the message was sent.
    case connectionClosed
    /// The other side reads too slowly, or the system's buffers are full.
    case queueFull
    /// As many connections exist as are allowed.
    case tooManyConnections
    /// The other side's certificate is not good, or the handshake failed.
    case handshakeFailed(String)
    /// The layer has been stopped.
    case stopped
    /// Any other error of the system.
    case system(errorNumber: Int32)
}

extension SendError: CustomStringConvertible {
    /// One line for the log.
    package var description: String {
        switch self {
        case .noSocket(let transport): "no \(transport) socket of the address family to send from"
        case .noConnection: "no connection exists, and none may be opened"
        case .refused: "connection refused"
        case .timeout: "timed out"
        case .unreachable: "host or network unreachable"
        case .messageTooLarge: "message too large for a datagram"
        case .connectionClosed: "the connection was closed"
        case .queueFull: "the send queue is full"
        case .tooManyConnections: "too many connections"
        case .handshakeFailed(let reason): "TLS handshake failed: \(reason)"
        case .stopped: "the transport layer has stopped"
        case .system(let errorNumber): ErrorText.of(errorNumber)
        }
    }
}
