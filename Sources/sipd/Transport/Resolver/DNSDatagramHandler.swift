import NIOCore

/// Sends the query of one try over UDP and gives its exchange what comes back.
///
/// Confined to its event loop.
final class DNSDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let exchange: DNSExchange
    private let generation: Int
    private let query: [UInt8]

    init(_ exchange: DNSExchange, generation: Int, query: [UInt8]) {
        self.exchange = exchange
        self.generation = generation
        self.query = query
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: query)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        exchange.received(bytes, isStream: false, generation: generation)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        exchange.failed(generation)
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange.failed(generation)
    }
}
