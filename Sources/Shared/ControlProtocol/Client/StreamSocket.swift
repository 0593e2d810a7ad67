import Glibc
import OperatingSystem

/// A connected Unix stream socket with blocking calls that time out.
///
/// It never sleeps in `read` or `write`: the descriptor is non-blocking, and `poll` waits. Closed when released.
package struct StreamSocket: ~Copyable {
    /// How long a path may be: `sun_path` less its terminating zero.
    package static let pathBytesMax = 107

    private let descriptor: Int32
    private let path: String
    private let silenceMax: Duration

    /// Connects.
    ///
    /// - Parameters:
    ///   - path: the socket's file.
    ///   - silenceMax: how long to wait for each piece that is sent or received.
    /// - Throws: why there is no connection.
    package init(path: String, silenceMax: Duration) throws(ControlClientError) {
        descriptor = try Self.open(path, silenceMax: silenceMax)
        self.path = path
        self.silenceMax = silenceMax
    }

    /// Connects to a TCP port.
    ///
    /// - Parameters:
    ///   - host: an address, or a name of `/etc/hosts`.
    ///   - port: the port.
    ///   - silenceMax: how long to wait for the connection, and for each piece that is sent or received.
    /// - Throws: why there is no connection.
    package init(host: String, port: UInt16, silenceMax: Duration) throws(ControlClientError) {
        path = "\(host):\(port)"
        self.silenceMax = silenceMax
        descriptor = try Self.connect(try InternetAddress(host: host, port: port), name: path, silenceMax)
    }

    deinit {
        close(descriptor)
    }

    private static func connect(
        _ address: InternetAddress, name: String, _ silenceMax: Duration
    ) throws(ControlClientError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .system(operation: "cannot make a socket", errorNumber: errno) }
        do throws(ControlClientError) {
            var number = address.connect(descriptor)
            if number == EINPROGRESS {
                try SocketWait.wait(descriptor, for: Int16(POLLOUT), silenceMax, name)
                var length = socklen_t(MemoryLayout<Int32>.size)
                // SAFETY: number and length live on this frame for the length of the call.
                _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
            }
            switch number {
            case 0: return descriptor
            case ECONNREFUSED: throw .refused(path: name)
            default: throw .system(operation: "cannot connect to '\(name)'", errorNumber: number)
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func open(_ path: String, silenceMax: Duration) throws(ControlClientError) -> Int32 {
        guard path.utf8.count <= Self.pathBytesMax, !path.utf8.contains(0) else { throw .pathTooLong(path: path) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw .system(operation: "cannot make a socket", errorNumber: errno) }
        do throws(ControlClientError) {
            try connect(descriptor, to: path, silenceMax: silenceMax)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func connect(
        _ descriptor: Int32, to path: String, silenceMax: Duration
    ) throws(ControlClientError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is at most 107 bytes, checked by the caller, and the field of 108 was zeroed.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let deadline = ContinuousClock.now + silenceMax
        while true {
            // SAFETY: the pointer is valid for the call, and the length is that of the structure it points to.
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 { return }
            switch errno {
            case EISCONN: return
            case EINTR: continue
            case ENOENT, ENOTDIR: throw .notFound(path: path)
            case ECONNREFUSED: throw FileEntry.kind(of: path) == .file ? .notASocket(path: path) : .refused(path: path)
            case EACCES, EPERM: throw .denied(path: path)
            case EPROTOTYPE: throw .datagramSocket(path: path)
            case EAGAIN:
                // The server's backlog is full. A Unix socket cannot be polled for that, so wait and try again.
                guard ContinuousClock.now < deadline else { throw .timedOut(silenceMax) }
                usleep(5000)
            default: throw .system(operation: "cannot connect to '\(path)'", errorNumber: errno)
            }
        }
    }

    /// Sends all bytes.
    package func write(_ bytes: [UInt8]) throws(ControlClientError) {
        var offset = 0
        while offset < bytes.count {
            // SAFETY: offset is below the array's count, so pointer and length stay inside it.
            let count = unsafe bytes.withUnsafeBytes { pointer in
                unsafe send(
                    descriptor, pointer.baseAddress?.advanced(by: offset), pointer.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                offset += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: Int16(POLLOUT))
            // The server may have answered before it closed; reading tells.
            case EPIPE, ECONNRESET: return
            default: throw .system(operation: "cannot send to '\(path)'", errorNumber: errno)
            }
        }
    }

    /// Appends what has come, at least one byte and at most `max`.
    ///
    /// - Returns: false when the server closed the connection.
    package func read(into bytes: inout [UInt8], max: Int) throws(ControlClientError) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: max))
        var received = 0
        defer { bytes.removeLast(max - received) }
        while true {
            // SAFETY: the array was extended by `max` bytes behind `start`.
            let count = unsafe bytes.withUnsafeMutableBytes { pointer in
                unsafe recv(descriptor, pointer.baseAddress?.advanced(by: start), max, 0)
            }
            if count >= 0 {
                received = count
                return count > 0
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: Int16(POLLIN))
            case ECONNRESET: return false
            default: throw .system(operation: "cannot receive from '\(path)'", errorNumber: errno)
            }
        }
    }

    private func wait(for events: Int16) throws(ControlClientError) {
        try SocketWait.wait(descriptor, for: events, silenceMax, path)
    }
}
