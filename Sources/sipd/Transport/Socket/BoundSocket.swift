import CSockets
import Glibc
import NetworkAddress

/// A listen socket that is bound and not read yet.
struct BoundSocket: Sendable {
    let request: ListenRequest
    let socket: ListenSocket
    /// One for each worker when the kernel spreads datagrams, otherwise one.
    let descriptors: [SocketDescriptor]

    init(_ request: ListenRequest, index: Int, workerCount: Int, limits: TransportLimits) throws(TransportError) {
        self.request = request
        var opened: [SocketDescriptor] = []
        do throws(SystemCallError) {
            let first = try SocketDescriptor(request.transport, family: request.endpoint.address.family)
            opened.append(first)
            let endpoint: Endpoint
            if request.transport == .udp {
                endpoint = try BoundSocket.bind(first, to: request.endpoint, limits)
                if limits.datagramSharing == .spread, workerCount > 1 {
                    try BoundSocket.addSockets(to: &opened, count: workerCount, endpoint: endpoint, limits)
                }
            } else {
                // Connections of a process that has ended keep the port for a minute otherwise.
                first.set(SOL_SOCKET, SO_REUSEADDR, 1)
                endpoint = try BoundSocket.bind(first, to: request.endpoint, limits)
            }
            socket = ListenSocket(index: index, request: request, endpoint: endpoint)
            descriptors = opened
        } catch {
            for descriptor in opened { descriptor.close() }
            throw TransportError(error, request: request)
        }
    }

    private static func bind(
        _ descriptor: SocketDescriptor, to endpoint: Endpoint, _ limits: TransportLimits
    ) throws(SystemCallError) -> Endpoint {
        if let typeOfService = limits.typeOfService {
            if endpoint.address.isIPv4 {
                descriptor.set(Int32(IPPROTO_IP), IP_TOS, typeOfService)
            } else {
                descriptor.set(Int32(IPPROTO_IPV6), IPV6_TCLASS, typeOfService)
            }
        }
        descriptor.setReceiveBuffer(limits.datagramReceiveBufferBytes)
        try descriptor.bind(to: endpoint)
        return Endpoint(address: endpoint.address, port: try descriptor.boundPort())
    }

    /// Binds further sockets to the port of the first.
    ///
    /// The first was bound without SO_REUSEPORT, so that a port which another process has is still reported; Linux
    /// lets the option be set afterwards, and only then can others join.
    private static func addSockets(
        to opened: inout [SocketDescriptor], count: Int, endpoint: Endpoint, _ limits: TransportLimits
    ) throws(SystemCallError) {
        opened[0].set(SOL_SOCKET, SO_REUSEPORT, 1)
        while opened.count < count {
            let next = try SocketDescriptor(.udp, family: endpoint.address.family)
            opened.append(next)
            next.set(SOL_SOCKET, SO_REUSEPORT, 1)
            _ = try bind(next, to: endpoint, limits)
        }
        try opened[0].spreadDatagrams(over: count)
    }

    func close() {
        for descriptor in descriptors { descriptor.close() }
    }
}

extension SocketDescriptor {
    /// Asks for a receive buffer; with the capability CAP_NET_ADMIN also beyond `net.core.rmem_max`.
    func setReceiveBuffer(_ bytes: Int) {
        let size = Int32(clamping: bytes)
        if !set(SOL_SOCKET, SO_RCVBUFFORCE, size) { set(SOL_SOCKET, SO_RCVBUF, size) }
    }
}
