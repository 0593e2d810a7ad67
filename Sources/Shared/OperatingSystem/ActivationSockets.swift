import Glibc

/// Sockets that systemd opened for this process before it started (`sd_listen_fds`).
package enum ActivationSockets {
    // The first descriptor that is handed over: behind standard input, output and error.
    private static let firstDescriptor: Int32 = 3

    /// The listening Unix stream socket of that name (`FileDescriptorName=`); any, when there is only one.
    ///
    /// Call it once, before other descriptors are opened: the numbers are free for reuse otherwise.
    package static func unixStream(named name: String) -> Int32? {
        guard EnvironmentVariable.value(of: "LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = EnvironmentVariable.value(of: "LISTEN_FDS").flatMap({ Int32($0) }), (1...64).contains(count)
        else { return nil }
        let names = (EnvironmentVariable.value(of: "LISTEN_FDNAMES") ?? "")
            .split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        for offset in 0..<count where isListeningUnixStream(firstDescriptor + offset) {
            let given = names.indices.contains(Int(offset)) ? names[Int(offset)] : ""
            guard given == name || count == 1 else { continue }
            _ = fcntl(firstDescriptor + offset, F_SETFD, FD_CLOEXEC)
            return firstDescriptor + offset
        }
        return nil
    }

    private static func isListeningUnixStream(_ descriptor: Int32) -> Bool {
        number(SO_DOMAIN, of: descriptor) == AF_UNIX
            && number(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
            && number(SO_ACCEPTCONN, of: descriptor) == 1
    }

    private static func number(_ option: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: value and length live on this frame for the length of the call.
        guard unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 else { return nil }
        return value
    }
}
