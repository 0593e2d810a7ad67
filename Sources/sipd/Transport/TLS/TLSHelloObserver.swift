import NIOCore

/// Looks at the first bytes of the server to learn the cipher suite, which the TLS library does not tell; passes
/// everything on.
final class TLSHelloObserver: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// Whether this side is the server.
    private let isServer: Bool
    private var bytes: [UInt8] = []
    private(set) var cipherSuite: TLSCipherSuite?

    init(isServer: Bool) {
        self.isServer = isServer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isServer { look(at: unwrapInboundIn(data)) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isServer { look(at: unwrapOutboundIn(data)) }
        context.write(data, promise: promise)
    }

    private func look(at buffer: ByteBuffer) {
        guard cipherSuite == nil, bytes.count < Self.bytesMax else { return }
        bytes += buffer.readableBytesView.prefix(Self.bytesMax - bytes.count)
        // RFC 8446 §5.1, §4.1.3: record header, handshake header, version, random, session id, cipher suite.
        let sessionLength = 43
        guard bytes.count > sessionLength, bytes[0] == 22, bytes[5] == 2 else { return }
        let position = sessionLength + 1 + Int(bytes[sessionLength])
        guard bytes.count > position + 1 else { return }
        cipherSuite = TLSCipherSuite.of(code: UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1]))
    }

    /// More than a hello up to the suite can have.
    private static let bytesMax = 128
}
