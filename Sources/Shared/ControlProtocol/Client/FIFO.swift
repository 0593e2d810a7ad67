import Glibc
import OperatingSystem

/// A FIFO of our own that a server answers by; removed when released.
struct FIFO: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Makes it and opens it for reading, so that a server that writes finds a reader.
    init(creating path: String) throws(ControlClientError) {
        // SAFETY: the text lives for the length of the call.
        guard unsafe mkfifo(path, 0o600) == 0 else {
            throw .system(operation: "cannot create '\(path)'", errorNumber: errno)
        }
        // The daemon runs as another user, and writes here.
        _ = FileEntry.setMode(0o622, of: path)
        // SAFETY: the text lives for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            _ = FileEntry.remove(path)
            throw .system(operation: "cannot open '\(path)'", errorNumber: number)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        _ = FileEntry.remove(path)
    }

    /// Reads until the server closes its side.
    func readAll(silenceMax: Duration) throws(ControlClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            try SocketWait.wait(descriptor, for: Int16(POLLIN), silenceMax, path)
            // SAFETY: the call writes at most as many bytes as the array has.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR, errno != EAGAIN {
                throw .system(operation: "cannot read '\(path)'", errorNumber: errno)
            }
        }
    }

    /// Writes to the FIFO of a server.
    static func write(_ bytes: [UInt8], to path: String) throws(ControlClientError) {
        // SAFETY: the text lives for the length of the call.
        let descriptor = unsafe open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw .notFound(path: path)
            case ENXIO: throw .refused(path: path)
            case EACCES, EPERM: throw .denied(path: path)
            default: throw .system(operation: "cannot open '\(path)'", errorNumber: errno)
            }
        }
        defer { close(descriptor) }
        // SAFETY: the array outlives the call, and the length is its own.
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .system(operation: "cannot write to '\(path)'", errorNumber: errno) }
    }
}
