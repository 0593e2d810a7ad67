import Logging
import NIOCore

/// Keeps the listening socket alive when a connection cannot be accepted, as when descriptors run out.
///
/// Accepting pauses for a second then, since the connection stays in the backlog and would fail again at once.
final class AcceptErrorHandler: ChannelDuplexHandler {
    typealias InboundIn = Channel
    typealias OutboundIn = Channel

    private static let pause = TimeAmount.seconds(1)

    private let logger: Logger
    private var isPaused = false
    private var readIsHeldBack = false

    init(logger: Logger) {
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isPaused else { return }
        isPaused = true
        logger.warning("control connections cannot be accepted", metadata: ["error": "\(error)"])
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            if self.readIsHeldBack { context.read() }
            self.readIsHeldBack = false
        }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused {
            readIsHeldBack = true
        } else {
            context.read()
        }
    }
}
