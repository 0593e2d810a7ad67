import Logging
import ModuleInterface
import NIOCore
import NIOPosix
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// The UDP sockets of one worker to media relays, and the commands that wait for an answer.
///
/// A command is `cookie text`, its answer begins with the same cookie. Confined to the worker's event loop.
final class RelaySocket {
    /// Commands that may wait at once; more are refused, so that a relay that hangs costs bounded memory.
    private static let waitingMax = 10_000
    /// The largest answer of a relay: a datagram.
    fileprivate static let answerBytesMax = 65_536

    /// How long a relay is waited for.
    struct Patience: Sendable {
        var timeout: TimeAmount
        var attempts: Int
    }

    private struct Waiting {
        let bytes: [UInt8]
        let remote: Endpoint
        var attemptsLeft: Int
        let patience: Patience
        var timer: Scheduled<Void>?
        let completion: (ByteString?) -> Void
    }

    private unowned let worker: ModuleInterface.Worker
    private var channels: [IPAddress.Family: EventLoopFuture<any Channel>] = [:]
    private var waiting: [ByteString: Waiting] = [:]
    private let prefix = ByteString(String(UInt32.random(in: 1 ... .max), radix: 16) + "_")
    private var number: UInt64 = 0

    init(_ worker: ModuleInterface.Worker) {
        self.worker = worker
    }

    /// Sends a command and hands its answer, without the cookie, to `completion`; nil when there is none.
    ///
    /// `completion` is called on the worker's loop, never before this returns.
    func send(
        _ command: [UInt8], to node: RelayNode, _ patience: Patience, completion: @escaping (ByteString?) -> Void
    ) {
        guard waiting.count < Self.waitingMax else { return later { completion(nil) } }
        worker.server.resolver.resolve(node.target, worker: worker.index) { [self] destinations in
            guard let remote = destinations.first?.remote else { return later { completion(nil) } }
            number &+= 1
            let cookie = prefix + ByteString(String(number, radix: 16))
            waiting[cookie] = Waiting(
                bytes: cookie.array + [0x20] + command, remote: remote, attemptsLeft: max(1, patience.attempts),
                patience: patience, completion: completion)
            attempt(cookie)
        }
    }

    private func later(_ work: @escaping () -> Void) {
        worker.eventLoop.assumeIsolated().execute(work)
    }

    private func attempt(_ cookie: ByteString) {
        guard var entry = waiting[cookie] else { return }
        guard entry.attemptsLeft > 0 else {
            waiting[cookie] = nil
            return entry.completion(nil)
        }
        entry.attemptsLeft -= 1
        entry.timer = worker.eventLoop.assumeIsolated().scheduleTask(in: entry.patience.timeout) { [weak self] in
            self?.attempt(cookie)
        }
        waiting[cookie] = entry
        let (bytes, remote) = (entry.bytes, entry.remote)
        channel(remote.address.family).assumeIsolated().whenSuccess { channel in
            guard
                let address = try? SocketAddress(
                    ipAddress: remote.address.description, port: Int(remote.port.value))
            else { return }
            let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes))
            channel.writeAndFlush(envelope, promise: nil)
        }
    }

    /// The socket of a family; one that could not be opened is tried again with the next command.
    private func channel(_ family: IPAddress.Family) -> EventLoopFuture<any Channel> {
        if let channel = channels[family] { return channel }
        let receiver = NIOLoopBound(self, eventLoop: worker.eventLoop)
        let allocator = FixedSizeRecvByteBufferAllocator(capacity: Self.answerBytesMax)
        let opened = DatagramBootstrap(group: worker.eventLoop)
            .channelOption(.recvAllocator, value: allocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RelayAnswerHandler { receiver.value.receive($0) })
                }
            }
            .bind(host: family == .v4 ? "0.0.0.0" : "::", port: 0)
        channels[family] = opened
        opened.assumeIsolated().whenFailure { [self] error in
            channels[family] = nil
            worker.server.logger.error("no socket for media relays", metadata: ["error": "\(error)"])
        }
        return opened
    }

    private func receive(_ datagram: ByteString) {
        guard let space = datagram.firstIndex(of: 0x20) else { return }
        let cookie = ByteString(datagram.bytes[..<space])
        // An answer to an earlier attempt is as good; one that nobody waits for is dropped.
        guard let entry = waiting.removeValue(forKey: cookie) else { return }
        entry.timer?.cancel()
        entry.completion(ByteString(datagram.bytes[(space + 1)...]))
    }
}

/// Hands datagrams over.
private final class RelayAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: (ByteString) -> Void

    init(_ receive: @escaping (ByteString) -> Void) {
        self.receive = receive
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data).data
        guard buffer.readableBytes <= RelaySocket.answerBytesMax else { return }
        receive(ByteString(Array(buffer.readableBytesView)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A relay that is not there makes the system report errors on the socket; its commands run into their time-out.
    }
}
