import NIOCore
import NIOPosix
import NetworkAddress

/// Connects a bound datagram socket with the workers: who reads it and who writes to it.
struct DatagramOpening: Sendable {
    let bound: BoundSocket
    let workers: [WorkerReference]
    let limits: TransportLimits

    func open() async throws {
        let socket = bound.socket
        for (index, worker) in workers.enumerated() {
            let descriptor = bound.descriptors[index % bound.descriptors.count]
            let reads = index == 0 || limits.datagramSharing != .singleReader
            try await worker.loop.flatSubmit {
                worker.worker.openDatagramSocket(socket, descriptor: descriptor, reads: reads)
            }.get()
        }
    }
}

extension Worker {
    /// Writers use `descriptor` as it is; channels get duplicates, since a channel closes what it was given.
    func openDatagramSocket(
        _ socket: ListenSocket, descriptor: SocketDescriptor, reads: Bool
    ) -> EventLoopFuture<Void> {
        addWriter(
            DatagramWriter(descriptor: descriptor.rawValue, family: socket.endpoint.address.family), for: socket)
        return reads ? openReader(socket, descriptor: descriptor) : loop.makeSucceededFuture(())
    }

    private func openReader(_ socket: ListenSocket, descriptor: SocketDescriptor) -> EventLoopFuture<Void> {
        let copy: SocketDescriptor
        do {
            copy = try descriptor.duplicated()
        } catch {
            return loop.makeFailedFuture(error)
        }
        let reader = NIOLoopBound(
            DatagramReader(worker: self, socket: socket, descriptor: descriptor), eventLoop: loop)
        let opened = DatagramBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.datagramVectorReadMessageCount, value: limits.datagramBatchCount)
            // More than one would cost a system call for each batch just to learn that there is nothing left.
            .channelOption(.maxMessagesPerRead, value: 1)
            // Each message of the batch gets an equal part, which must hold the largest datagram.
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: limits.datagramBatchCount * 65_536)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(reader.value)
                }
            }
            .withBoundSocket(copy.rawValue)
        return opened.assumeIsolated().flatMapThrowing { channel in
            // The option needs the socket's address, which the channel knows only now.
            if socket.endpoint.address.isUnspecified {
                try channel.syncOptions?.setOption(.receivePacketInfo, value: true)
            }
            try channel.syncOptions?.setOption(.autoRead, value: true)
            self.readers[socket.index] = channel
        }.nonisolated()
    }

    /// Opens the channel again after a fatal error: the socket itself is still bound.
    func datagramChannelClosed(_ socket: ListenSocket, descriptor: SocketDescriptor) {
        readers[socket.index] = nil
        guard !isStopped else { return }
        core.logger.error("a datagram socket failed and is opened again", metadata: ["socket": "\(socket)"])
        loop.assumeIsolated().scheduleTask(in: .seconds(1)) {
            guard !self.isStopped else { return }
            self.openReader(socket, descriptor: descriptor).assumeIsolated().whenFailure { _ in
                self.datagramChannelClosed(socket, descriptor: descriptor)
            }
        }
    }
}
