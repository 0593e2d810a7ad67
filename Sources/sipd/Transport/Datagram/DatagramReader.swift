import NIOCore
import NetworkAddress

/// Takes datagrams from the channel of one loop and gives them to the loop's worker.
///
/// Confined to its event loop.
final class DatagramReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// Shorter datagrams keep a NAT binding open and are dropped (Kamailio: udp_rcv_loop() `MIN_UDP_PACKET`).
    private static let keepaliveLengthMax = 19

    private let worker: Worker
    private let socket: ListenSocket
    private let descriptor: SocketDescriptor
    private var statistics = (received: 0, keepalives: 0)

    init(worker: Worker, socket: ListenSocket, descriptor: SocketDescriptor) {
        self.worker = worker
        self.socket = socket
        self.descriptor = descriptor
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let source = Endpoint(envelope.remoteAddress) else { return }
        statistics.received += 1
        guard envelope.data.readableBytes > DatagramReader.keepaliveLengthMax else {
            statistics.keepalives += 1
            return
        }
        var destination = socket.endpoint.address
        if let packet = envelope.metadata?.packetInfo, let address = Endpoint(packet.destinationAddress)?.address {
            destination = address
        }
        let bytes = Array(envelope.data.readableBytesView)
        worker.received(
            bytes, over: .datagram, from: ReceivedFrom(source: source, destination: destination, socket: socket))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        worker.count(statistics.received, .udpReceived)
        worker.count(statistics.keepalives, .udpKeepalives)
        statistics = (0, 0)
        worker.dispatchInbound()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Errors of a datagram socket belong to packets sent before; only a fatal one closes the channel.
        worker.log.warning("error on a datagram socket", metadata: ["socket": "\(socket)", "error": "\(error)"])
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.datagramChannelClosed(socket, descriptor: descriptor)
    }
}
