import Glibc
import OperatingSystem

/// A datagram socket connected to a server: a Unix one that is bound to a name of its own for the answer, or UDP.
///
/// It never sleeps in a call: the descriptor is non-blocking, and `poll` waits. Closed, and its name removed, when
/// released.
final class DatagramSocket {
    // The largest answer that a Unix datagram can hold with a large receive buffer.
    private static let answerBytesMax = 4 << 20

    private let descriptor: Int32
    private let name: String
    private let silenceMax: Duration
    /// The name it is bound to, which has to be removed.
    private let ownPath: String?

    /// Connects to a Unix socket.
    ///
    /// - Parameters:
    ///   - path: the server's socket.
    ///   - ownPath: where to be answered; the server has to be able to write there.
    ///   - silenceMax: how long to wait for an answer.
    /// - Throws: why there is no connection.
    init(path: String, ownPath: String, silenceMax: Duration) throws(ControlClientError) {
        guard max(path.utf8.count, ownPath.utf8.count) <= StreamSocket.pathBytesMax, !path.utf8.contains(0) else {
            throw .pathTooLong(path: path)
        }
        descriptor = try Self.make(AF_UNIX)
        name = path
        self.silenceMax = silenceMax
        self.ownPath = ownPath
        _ = FileEntry.remove(ownPath)
        // SAFETY: the address is valid inside of the closure.
        let bound = unsafe Self.withUnixAddress(ownPath) { unsafe bind(descriptor, $0, $1) }
        guard bound == 0 else { throw .system(operation: "cannot create '\(ownPath)'", errorNumber: bound) }
        // The daemon runs as another user, and answers to this name.
        _ = FileEntry.setMode(0o666, of: ownPath)
        // SAFETY: as above.
        switch unsafe Self.withUnixAddress(path, { unsafe connect(descriptor, $0, $1) }) {
        case 0: break
        case ENOENT, ENOTDIR: throw .notFound(path: path)
        case ECONNREFUSED: throw .refused(path: path)
        case EACCES, EPERM: throw .denied(path: path)
        case let number: throw .system(operation: "cannot connect to '\(path)'", errorNumber: number)
        }
    }

    /// Connects to a UDP port.
    init(host: String, port: UInt16, silenceMax: Duration) throws(ControlClientError) {
        let address = try InternetAddress(host: host, port: port)
        descriptor = try Self.make(address.family)
        name = "\(host):\(port)"
        self.silenceMax = silenceMax
        ownPath = nil
        let number = address.connect(descriptor)
        guard number == 0 else { throw .system(operation: "cannot connect to '\(name)'", errorNumber: number) }
    }

    deinit {
        close(descriptor)
        if let ownPath { _ = FileEntry.remove(ownPath) }
    }

    private static func make(_ family: Int32) throws(ControlClientError) -> Int32 {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .system(operation: "cannot make a socket", errorNumber: errno) }
        var size = Int32(answerBytesMax)
        // SAFETY: value and length are those of one integer.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func withUnixAddress(
        _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is at most 107 bytes, checked by the caller, and the field of 108 was zeroed.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        // SAFETY: the pointer is valid for the call, and the length is that of the structure it points to.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }

    /// Sends one datagram.
    func write(_ bytes: [UInt8]) throws(ControlClientError) {
        while true {
            // SAFETY: the array outlives the call, and the length is its own.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return }
            switch errno {
            case EINTR: continue
            case EAGAIN: try SocketWait.wait(descriptor, for: Int16(POLLOUT), silenceMax, name)
            case ECONNREFUSED: throw .refused(path: name)
            case EMSGSIZE: throw .system(operation: "the request is too long for a datagram", errorNumber: EMSGSIZE)
            default: throw .system(operation: "cannot send to '\(name)'", errorNumber: errno)
            }
        }
    }

    /// Appends the next datagram; `max` is not looked at, a datagram comes whole.
    func read(into bytes: inout [UInt8], max: Int) throws(ControlClientError) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.answerBytesMax))
        var received = 0
        defer { bytes.removeLast(Self.answerBytesMax - received) }
        while true {
            // SAFETY: the array was extended by that many bytes behind `start`.
            let count = unsafe bytes.withUnsafeMutableBytes { pointer in
                unsafe recv(descriptor, pointer.baseAddress?.advanced(by: start), Self.answerBytesMax, 0)
            }
            if count >= 0 {
                received = count
                return count > 0
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try SocketWait.wait(descriptor, for: Int16(POLLIN), silenceMax, name)
            case ECONNREFUSED: throw .refused(path: name)
            default: throw .system(operation: "cannot receive from '\(name)'", errorNumber: errno)
            }
        }
    }
}

/// Waiting for a descriptor, with a limit.
enum SocketWait {
    static func wait(
        _ descriptor: Int32, for events: Int16, _ limit: Duration, _ name: String
    ) throws(ControlClientError) {
        let (seconds, attoseconds) = limit.components
        let whole = Int32(clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue)
        let milliseconds = max(whole &+ Int32(attoseconds / 1_000_000_000_000_000), 1)
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            // SAFETY: one entry, valid for the call.
            let count = unsafe poll(&entry, 1, milliseconds)
            if count > 0 { return }
            if count == 0 { throw .timedOut(limit) }
            guard errno == EINTR else { throw .system(operation: "cannot wait for '\(name)'", errorNumber: errno) }
        }
    }
}
