import CSockets
import Glibc
import NetworkAddress

/// An open socket of the system; whoever holds the value must close it, or pass it to a channel that does.
struct SocketDescriptor: Sendable {
    let rawValue: Int32

    /// Opens a socket that does not block and is not inherited by child processes.
    init(_ transport: TransportProtocol, family: IPAddress.Family) throws(SystemCallError) {
        let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let flags = Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        rawValue = socket(family == .v4 ? AF_INET : AF_INET6, flags, 0)
        guard rawValue >= 0 else { throw SystemCallError("socket", errno) }
        // Otherwise [::] would take the port from 0.0.0.0, which is a listen address of its own.
        if family == .v6 { set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    }

    private init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    func close() {
        _ = Glibc.close(rawValue)
    }

    /// A second descriptor of the same socket.
    func duplicated() throws(SystemCallError) -> SocketDescriptor {
        let copy = fcntl(rawValue, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemCallError("fcntl", errno) }
        return SocketDescriptor(rawValue: copy)
    }

    func bind(to endpoint: Endpoint) throws(SystemCallError) {
        let result: Int32
        switch endpoint.address.family {
        case .v4:
            var raw = sockaddr_in()
            endpoint.fill(&raw)
            // SAFETY: the buffer is valid during the call, which only reads it.
            result = unsafe withUnsafeBytes(of: raw) { unsafe bind(rawAddress: $0) }
        case .v6:
            var raw = sockaddr_in6()
            endpoint.fill(&raw)
            // SAFETY: the buffer is valid during the call, which only reads it.
            result = unsafe withUnsafeBytes(of: raw) { unsafe bind(rawAddress: $0) }
        }
        guard result == 0 else { throw SystemCallError("bind", errno) }
    }

    // SAFETY: the buffer holds a whole sockaddr_in or sockaddr_in6, and the call only reads it.
    private func bind(rawAddress: UnsafeRawBufferPointer) -> Int32 {
        guard let base = rawAddress.baseAddress else { return -1 }
        return unsafe Glibc.bind(
            rawValue, base.assumingMemoryBound(to: sockaddr.self), socklen_t(rawAddress.count))
    }

    /// The port the socket is bound to.
    func boundPort() throws(SystemCallError) -> Port {
        var raw = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        // SAFETY: the call writes at most `length` bytes; family and port have the same place in both kinds of address.
        let result = unsafe withUnsafeMutablePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(rawValue, $0, &length)
            }
        }
        guard result == 0 else { throw SystemCallError("getsockname", errno) }
        return Port(UInt16(bigEndian: raw.sin6_port))
    }

    func listen(backlog: Int32) throws(SystemCallError) {
        guard Glibc.listen(rawValue, backlog) == 0 else { throw SystemCallError("listen", errno) }
    }

    /// Sets an option whose failure does not matter; the result tells those for whom it does.
    @discardableResult
    func set(_ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        // SAFETY: the call reads the four bytes of the value.
        return unsafe setsockopt(rawValue, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// Lets the kernel give each datagram to one of `count` sockets bound to the same port, chosen at random.
    ///
    /// Without the program the kernel chooses by the addresses of the packet, and all the load that comes from one
    /// address and port falls on one socket. To be called when all sockets are bound.
    func spreadDatagrams(over count: Int) throws(SystemCallError) {
        // Load a random number, divide by the number of sockets, return the remainder (linux/filter.h).
        var instructions = [
            filter_instruction(code: 0x20, jump_true: 0, jump_false: 0, operand: 0xFFFF_F000 &+ 56),
            filter_instruction(code: 0x94, jump_true: 0, jump_false: 0, operand: UInt32(count)),
            filter_instruction(code: 0x16, jump_true: 0, jump_false: 0, operand: 0),
        ]
        // SAFETY: the kernel copies the program during the call.
        let result = unsafe instructions.withUnsafeMutableBufferPointer { buffer in
            var program = unsafe filter_program(count: 3, instructions: buffer.baseAddress)
            return unsafe setsockopt(
                rawValue, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
                socklen_t(MemoryLayout<filter_program>.size))
        }
        guard result == 0 else { throw SystemCallError("setsockopt SO_ATTACH_REUSEPORT_CBPF", errno) }
    }
}

/// A system call that failed.
struct SystemCallError: Error, Hashable {
    let call: String
    let errorNumber: Int32

    init(_ call: String, _ errorNumber: Int32) {
        self.call = call
        self.errorNumber = errorNumber
    }
}

extension TransportError {
    init(_ error: SystemCallError, request: ListenRequest) {
        switch error.errorNumber {
        case EADDRINUSE: self.init(.portInUse, request: request)
        case EACCES, EPERM: self.init(.notPermitted, request: request)
        case EADDRNOTAVAIL: self.init(.noSuchAddress, request: request)
        case EAFNOSUPPORT, EPROTONOSUPPORT: self.init(.unsupportedTransport, request: request)
        default: self.init(.system(call: error.call, errorNumber: error.errorNumber), request: request)
        }
    }
}

extension SendError {
    init(errorNumber: Int32) {
        switch errorNumber {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timeout
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: self = .unreachable
        case EMSGSIZE: self = .messageTooLarge
        case ECONNRESET, EPIPE: self = .connectionClosed
        case EAGAIN, ENOBUFS: self = .queueFull
        default: self = .system(errorNumber: errorNumber)
        }
    }
}
