import Glibc

/// Writing to file descriptors such as stderr.
package enum StandardStream {
    /// Writes all bytes, in one call where the system takes them at once; false with `errno` set when it fails.
    @discardableResult
    package static func write(_ bytes: [UInt8], to descriptor: Int32 = STDERR_FILENO) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: write reads at most the bytes of the slice it is given.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
