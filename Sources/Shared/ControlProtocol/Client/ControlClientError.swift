import OperatingSystem

/// Why a call on a control socket got no answer, or a negative one.
package enum ControlClientError: Error, Sendable, Hashable {
    /// There is nothing at that path.
    case notFound(path: String)
    /// There is a socket, but nobody listens.
    case refused(path: String)
    /// The file's mode does not allow it.
    case denied(path: String)
    /// The path does not fit a socket address, which holds 107 bytes.
    case pathTooLong(path: String)
    /// The path is not a socket.
    case notASocket(path: String)
    /// The name of a server that is no address and not in `/etc/hosts`.
    case unknownHost(String)
    /// The path is a datagram socket.
    case datagramSocket(path: String)
    /// Nothing came for that long.
    case timedOut(Duration)
    /// The server closed the connection before the answer was complete.
    case closed(path: String)
    /// The server speaks another protocol: the first byte was not `{` or `[`.
    case foreignProtocol(path: String, firstByte: UInt8)
    /// The answer is not what the protocol says.
    case malformedAnswer(String)
    /// The operating system refused something else.
    case system(operation: String, errorNumber: Int32)
    /// The method answered with a fault.
    case fault(MethodFault)
}

extension ControlClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "no daemon at '\(path)': there is no such socket"
        case .refused(let path): "no daemon at '\(path)': nobody listens there"
        case .denied(let path): "not allowed to use the socket '\(path)'"
        case .pathTooLong(let path): "socket path '\(path)' is longer than \(StreamSocket.pathBytesMax) bytes"
        case .notASocket(let path): "'\(path)' is not a socket"
        case .unknownHost(let host): "there is no host '\(host)'"
        case .datagramSocket(let path): "'\(path)' is a datagram socket"
        case .timedOut(let duration): "no answer within \(Self.seconds(duration)) s"
        case .closed(let path): "the daemon at '\(path)' closed the connection before the answer was complete"
        case .foreignProtocol(let path, _): "the server at '\(path)' does not speak JSON-RPC"
        case .malformedAnswer(let reason): "malformed answer: \(reason)"
        case .system(let operation, let errorNumber): "\(operation): \(ErrorText.of(errorNumber))"
        case .fault(let fault): fault.description
        }
    }

    /// What the user can do about it, nil when there is nothing to say.
    package var hint: String? {
        switch self {
        case .notFound, .refused: "is sipd running? --server and SIPCMD_SERVER say where its socket is"
        case .denied: "run it as root, as the daemon's user, or as a member of the socket's group"
        case .foreignProtocol(let path, 0xa1): "it is a binrpc socket: use --server binrpc:\(path)"
        case .unknownHost: "give an address, or put the name into /etc/hosts"
        case .datagramSocket(let path): "use --server dgram:\(path), or unixd:\(path) for a ctl socket"
        case .timedOut: "--timeout SECONDS waits longer"
        case .fault(let fault): fault.hint
        case .pathTooLong, .notASocket, .closed, .foreignProtocol, .malformedAnswer, .system: nil
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return String(seconds) }
        let digits = String(milliseconds)
        return "\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
