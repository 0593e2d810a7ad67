import NIOCore
import NIOPosix
import NetworkAddress

/// A plain TCP connection that sends bytes as they are, and gives out what it receives.
final class RawClient: Sendable {
    private let channel: any Channel
    private let received: AsyncStream<[UInt8]>

    private init(channel: any Channel, received: AsyncStream<[UInt8]>) {
        self.channel = channel
        self.received = received
    }

    static func connect(to remote: Endpoint, reads: Bool = true) async throws -> RawClient {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelOption(.socketOption(.so_rcvbuf), value: reads ? 65_536 : 4096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(to: SocketAddress(ipAddress: remote.address.description, port: Int(remote.port.value)))
            .get()
        return RawClient(channel: channel, received: stream)
    }

    /// The address the other side sees.
    var local: Endpoint {
        endpoint("\(channel.localAddress?.ipAddress ?? ""):\(channel.localAddress?.port ?? 0)")
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func close() async throws {
        try await channel.close().get()
    }

    /// Reads until `count` bytes have come, or the connection has ended.
    func receive(_ count: Int) async -> String {
        var bytes: [UInt8] = []
        for await chunk in received {
            bytes += chunk
            if bytes.count >= count { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads until the other side closes.
    func receiveAll() async -> String {
        await receive(.max)
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<[UInt8]>.Continuation

        init(_ continuation: AsyncStream<[UInt8]>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }
    }
}
