import Glibc
import NIOCore
import NIOPosix
import NetworkAddress
import SIPMessage

extension StreamConnection {
    /// Begins to open a connection on the worker's loop; it takes messages at once.
    static func connect(
        id: ConnectionID, destination: Destination, socket: ListenSocket, worker: Worker
    ) -> StreamConnection {
        let connection = StreamConnection(
            id: id,
            origin: ReceivedFrom(
                source: destination.remote, destination: socket.endpoint.address, socket: socket, connection: id),
            isInbound: false, worker: worker)
        let security = worker.core.security(of: destination.transport)
        let bound = NIOLoopBound(connection, eventLoop: worker.loop)
        var bootstrap = ClientBootstrap(group: worker.loop)
            .connectTimeout(.milliseconds(Int64(worker.limits.connectTimeoutMilliseconds)))
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try security?.configureClient(channel, destination: destination, socket: socket)
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        if !socket.endpoint.address.isUnspecified {
            // The other side is to see the address that Via and Contact name.
            bootstrap = bootstrap.bind(to: Endpoint(address: socket.endpoint.address, port: Port(0)).socketAddress)
        }
        bootstrap.connect(to: destination.remote.socketAddress).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                worker.count(1, .connectSuccesses)
                worker.applyKeepalive(to: channel)
            case .failure(let error):
                worker.count(1, .connectFailures)
                connection.connectFailed(SendError(error))
            }
        }
        return connection
    }

    /// Takes over a connection that was accepted; closes it when there are too many.
    static func accept(_ channel: any Channel, socket: ListenSocket, worker: Worker) throws {
        guard !worker.isStopped, let remote = channel.remoteAddress.flatMap({ Endpoint($0) }),
            let local = channel.localAddress.flatMap({ Endpoint($0) })
        else { throw SendError.connectionClosed }
        guard
            let id = worker.core.connections.insertAccepted(
                remote: remote, socket: socket, worker: worker.index, limits: worker.limits)
        else {
            worker.count(1, .localRejects)
            worker.log.warning(
                "connection rejected: as many exist as are allowed", metadata: ["peer.address": "\(remote)"])
            throw SendError.tooManyConnections
        }
        worker.count(1, .connectionsAccepted)
        let connection = StreamConnection(
            id: id,
            origin: ReceivedFrom(source: remote, destination: local.address, socket: socket, connection: id),
            isInbound: true, worker: worker)
        do {
            try worker.core.security(of: socket.transport)?.configureServer(channel, socket: socket)
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            connection.connectFailed(SendError(error))
            throw error
        }
        worker.applyKeepalive(to: channel)
    }
}

extension Worker {
    /// Lets the system find out when the other side is gone without a word; failures do not matter.
    func applyKeepalive(to channel: any Channel) {
        guard limits.usesKeepalive, let options = channel.syncOptions else { return }
        try? options.setOption(.socketOption(.so_keepalive), value: 1)
        for (name, value) in [
            (TCP_KEEPIDLE, limits.keepaliveIdleSeconds), (TCP_KEEPINTVL, limits.keepaliveIntervalSeconds),
            (TCP_KEEPCNT, limits.keepaliveCount),
        ] where value > 0 {
            try? options.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: name)), value: Int(value))
        }
    }
}

extension SendError {
    /// Takes an error of the event loop library.
    init(_ error: any Error) {
        switch error {
        case let error as SendError: self = error
        case let error as IOError: self.init(errorNumber: error.errnoCode)
        case let error as ChannelError:
            if case .connectTimeout = error { self = .timeout } else { self = .connectionClosed }
        default: self = .handshakeFailed("\(error)")
        }
    }
}

extension SIPParseError {
    /// Says in the terms of a message why a stream lost its place.
    init(_ error: StreamFramingError) {
        switch error {
        case .missingContentLength: self.init(.header(.contentLength), .missingPart("Content-Length"), at: 0)
        case .badContentLength, .contradictoryContentLength: self.init(.header(.contentLength), .badNumber, at: 0)
        case .headersTooLong(let limit), .messageTooLong(_, let limit):
            self.init(.message, .exceeds(limit: limit), at: limit)
        }
    }
}
