import NIOCore

/// Sends the query of one try over TCP, where a message is preceded by its length (RFC 1035 §4.2.2).
///
/// Confined to its event loop.
final class DNSStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let exchange: DNSExchange
    private let generation: Int
    private let query: [UInt8]
    private var buffer = ByteBuffer()

    init(_ exchange: DNSExchange, generation: Int, query: [UInt8]) {
        self.exchange = exchange
        self.generation = generation
        self.query = query
    }

    func channelActive(context: ChannelHandlerContext) {
        var output = context.channel.allocator.buffer(capacity: query.count + 2)
        output.writeInteger(UInt16(truncatingIfNeeded: query.count))
        output.writeBytes(query)
        context.writeAndFlush(NIOAny(output), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Bounded: a complete message is taken out as soon as it is there, and has at most 65,535 bytes.
        buffer.writeImmutableBuffer(unwrapInboundIn(data))
        while let message = buffer.readLengthPrefixedSlice(as: UInt16.self) {
            exchange.received(Array(message.readableBytesView), isStream: true, generation: generation)
        }
        buffer.discardReadBytes()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        exchange.failed(generation)
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange.failed(generation)
    }
}
