import NIOCore
import NIOSSL
import NIOTLS

/// Sits behind the TLS handler and tells the handler of the connection when the handshake is complete.
final class TLSSessionReporter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let observer: TLSHelloObserver
    /// The domain, once it is known.
    var context: TLSContext?
    /// The name that the client asked for.
    var serverName: String?

    init(observer: TLSHelloObserver) {
        self.observer = observer
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? TLSUserEvent, case .handshakeCompleted = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        let operations = context.pipeline.syncOperations
        let peer = try? operations.nioSSL_peerCertificate()
        let version = (try? operations.nioSSL_tlsVersion()).map { TLSProtocolVersion($0) }
        let session = TLSSession(
            version: version, cipherSuite: observer.cipherSuite, serverName: serverName,
            peerCertificate: peer.map { X509Certificate($0) }, localCertificate: self.context?.certificate,
            isPeerVerified: peer != nil && self.context?.domain.peerVerification != TLSDomain.PeerVerification.none)
        context.fireUserInboundEventTriggered(session)
    }
}
