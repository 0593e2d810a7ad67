import Glibc

/// A Unix datagram socket at a path, for a thread that may wait.
package final class UnixDatagramSocket: Sendable {
    /// A datagram with the address of its sender as the system writes it; empty for a sender without address.
    package struct Datagram: Sendable {
        /// What was sent.
        package let bytes: [UInt8]
        /// The sender.
        package let sender: [UInt8]
    }

    private let descriptor: Int32

    /// Opens a socket at a path that does not exist.
    ///
    /// A receiver that does not read is waited for `sendMilliseconds`.
    /// - Throws: the error of the system; ENAMETOOLONG for a path of more than 107 bytes.
    package init(path: String, sendMilliseconds: Int) throws(NamedPipe.SystemError) {
        guard path.utf8.count < 108 else { throw NamedPipe.SystemError(number: ENAMETOOLONG) }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw NamedPipe.SystemError(number: errno) }
        setTime(SO_RCVTIMEO, milliseconds: 250)
        setTime(SO_SNDTIMEO, milliseconds: max(1, sendMilliseconds))
        setBuffer(8 << 20)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is shorter than the field, whose last byte stays zero.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            for (index, byte) in path.utf8.enumerated() { unsafe field[index] = byte }
        }
        // SAFETY: the address is valid for the call and has the given size.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let number = errno
            close(descriptor)
            throw NamedPipe.SystemError(number: number)
        }
    }

    deinit {
        close(descriptor)
    }

    private func setTime(_ option: Int32, milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        // SAFETY: the system reads the structure during the call.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Asks for room for long answers; without the right to more the system grants what `net.core.wmem_max` allows.
    private func setBuffer(_ bytes: Int32) {
        var bytes = bytes
        // SAFETY: the system reads the number during the call.
        if unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, socklen_t(MemoryLayout<Int32>.size)) != 0 {
            // SAFETY: as above.
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Waits a quarter of a second at most for a datagram; nil when none came.
    ///
    /// A datagram longer than `bytesMax` has one byte more than that.
    package func receive(bytesMax: Int) -> Datagram? {
        var buffer = [UInt8](repeating: 0, count: bytesMax + 1)
        var sender = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_un>.size)
        var length = socklen_t(sender.count)
        // SAFETY: the system writes at most the sizes of both buffers.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe sender.withUnsafeMutableBytes { address in
                unsafe recvfrom(
                    descriptor, bytes.baseAddress, bytes.count, 0,
                    address.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        guard count >= 0 else { return nil }
        // The family alone is the address of a socket that has none.
        let isNamed = Int(length) > MemoryLayout<sa_family_t>.size
        return Datagram(
            bytes: Array(buffer.prefix(count)), sender: isNamed ? Array(sender.prefix(Int(length))) : [])
    }

    /// Sends to an address that a datagram came from; 0 or the error number.
    package func send(_ bytes: [UInt8], to receiver: [UInt8]) -> Int32 {
        // SAFETY: the system reads both buffers during the call.
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe receiver.withUnsafeBytes { address in
                unsafe sendto(
                    descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL),
                    address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
            }
        }
        return count >= 0 ? 0 : errno
    }
}
