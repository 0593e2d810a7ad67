import ControlProtocol
import Glibc
import Logging
import NIOCore
import NIOPosix
import OperatingSystem
import Synchronization

/// Serves JSON-RPC through a named pipe: requests name the pipe that the answer is written to.
final class FIFOServer: Sendable {
    struct Configuration: Sendable {
        var path: String
        var mode: UInt32
        var userID: UInt32?
        var groupID: UInt32?
        /// The folder of the pipes for answers, with a slash at its end.
        var replyFolder: String
    }

    private struct Running {
        let group: MultiThreadedEventLoopGroup
        let channel: any Channel
        let task: Task<Void, Never>
    }

    private let configuration: Configuration
    private let service: JSONRPCService
    private let logger: Logger
    private let running = Mutex<Running?>(nil)

    init(_ configuration: Configuration, service: JSONRPCService, logger: Logger) {
        self.configuration = configuration
        self.service = service
        self.logger = logger
    }

    /// Why a pipe cannot be served.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func start() async throws {
        let path = configuration.path
        var failure = NamedPipe.make(path, mode: configuration.mode)
        if failure == 0, configuration.userID != nil || configuration.groupID != nil {
            failure = FileEntry.setOwner(user: configuration.userID, group: configuration.groupID, of: path)
        }
        guard failure == 0 else {
            let reason = failure == EEXIST ? "something that is no FIFO is there" : ErrorText.of(failure)
            throw Failure(description: "the FIFO '\(path)' cannot be made: \(reason)")
        }
        guard case .success(let descriptor) = NamedPipe.openReader(path) else {
            throw Failure(description: "the FIFO '\(path)' cannot be opened")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // Requests that come while so many are being answered are lost; the clients time out.
        let (requests, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(256))
        let logger = logger
        let channel = try await NIOPipeBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FIFOReader(continuation, logger: logger))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor).get()
        let task = Task { [self] in await serve(requests, group) }
        running.withLock { $0 = Running(group: group, channel: channel, task: task) }
    }

    func stop() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        try? await running.channel.close().get()
        running.task.cancel()
        await running.task.value
        try? await running.group.shutdownGracefully()
        _ = FileEntry.remove(configuration.path)
    }

    private func serve(_ requests: AsyncStream<[UInt8]>, _ group: MultiThreadedEventLoopGroup) async {
        await withDiscardingTaskGroup { tasks in
            for await request in requests {
                // Each by itself: a reader that is slow does not keep the others waiting.
                tasks.addTask { [self] in await answer(request, group) }
            }
        }
    }

    private func answer(_ request: [UInt8], _ group: MultiThreadedEventLoopGroup) async {
        guard let path = replyPath(of: request) else {
            return logger.warning(
                "FIFO request dropped: it has no reply_name, or one that is no file name",
                metadata: ["rpc.path": "\(configuration.path)"])
        }
        do {
            let writer = try await FIFOWriter(path, on: group)
            do {
                try await service.answer(request, from: "fifo") { try await writer.write($0) }
                try await writer.write([UInt8(ascii: "\n")])
            } catch {
                logger.warning(
                    "FIFO answer cut short", metadata: ["rpc.path": "\(path)", "error": "\(error)"])
            }
            await writer.close()
        } catch {
            logger.warning("FIFO answer not sent", metadata: ["rpc.path": "\(path)", "error": "\(error)"])
        }
    }

    private func replyPath(of request: [UInt8]) -> String? {
        guard let document = try? JSONParser.parse(request.span) else {
            return Self.nameInBrokenRequest(request).map { configuration.replyFolder + $0 }
        }
        guard let name = document["reply_name"]?.stringValue, Self.isName(name) else { return nil }
        return configuration.replyFolder + name
    }

    /// The name in a text that is no JSON, so that its sender learns of it.
    private static func nameInBrokenRequest(_ request: [UInt8]) -> String? {
        let text = String(decoding: request, as: UTF8.self)
        guard let key = text.firstRange(of: "\"reply_name\"") else { return nil }
        let parts = text[key.upperBound...].split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].allSatisfy({ $0 == ":" || $0.isWhitespace }) else { return nil }
        let name = String(parts[1])
        return isName(name) ? name : nil
    }

    /// Names that stay in the folder, as Kamailio takes them.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count < 128
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2F && $0 != 0x2E && $0 != 0x5C && $0 < 0x7F }
    }
}

/// Reads requests from the pipe.
private final class FIFOReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let requestBytesMax = 1 << 20
    /// How long the rest of a request may take; a writer writes it in one go.
    private static let patience = TimeAmount.seconds(1)

    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let logger: Logger
    private var scanner = JSONObjectScanner(bytesMax: requestBytesMax)
    private var timer: Scheduled<Void>?

    init(_ continuation: AsyncStream<[UInt8]>.Continuation, logger: Logger) {
        self.continuation = continuation
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        timer?.cancel()
        for request in scanner.append(unwrapInboundIn(data).readableBytesView) {
            if case .dropped = continuation.yield(request) { logger.warning("FIFO request dropped: too many at once") }
        }
        report()
        guard scanner.isInsideObject else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            self.scanner.reset()
            self.report()
        }
    }

    private func report() {
        let count = scanner.takeBrokenCount()
        if count > 0 { logger.warning("FIFO request dropped: it does not end", metadata: ["rpc.count": "\(count)"]) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.error("FIFO closed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
