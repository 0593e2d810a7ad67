import ControlProtocol
import Glibc
import Logging
import NIOPosix
import OperatingSystem
import Synchronization

/// Serves JSON-RPC through a Unix datagram socket: one request and one answer a datagram.
final class DatagramServer: Sendable {
    struct Configuration: Sendable {
        var path: String
        var mode: UInt32
        var userID: UInt32?
        var groupID: UInt32?
        /// How long a client may not read its answer.
        var sendMilliseconds: Int
    }

    private struct Running {
        let threads: NIOThreadPool
        let task: Task<Void, Never>
        let lock: FileLock
    }

    private let configuration: Configuration
    private let service: JSONRPCService
    private let logger: Logger
    private let running = Mutex<Running?>(nil)
    private let isStopping = Atomic<Bool>(false)

    init(_ configuration: Configuration, service: JSONRPCService, logger: Logger) {
        self.configuration = configuration
        self.service = service
        self.logger = logger
    }

    func start() async throws {
        let socket: UnixDatagramSocket
        let lock: FileLock
        do {
            lock = try FileLock(path: configuration.path + ".lock")
            socket = try open()
        } catch {
            let reason = (error as? NamedPipe.SystemError).map { ErrorText.of($0.number) } ?? "\(error)"
            throw FIFOServer.Failure(
                description: "the datagram socket '\(configuration.path)' cannot be opened: \(reason)")
        }
        // One thread waits for requests, the others for clients that read slowly.
        let threads = NIOThreadPool(numberOfThreads: 3)
        threads.start()
        let (requests, continuation) = AsyncStream.makeStream(
            of: UnixDatagramSocket.Datagram.self, bufferingPolicy: .bufferingOldest(256))
        threads.submit { [self] _ in receive(socket, continuation) }
        let task = Task { [self] in await serve(requests, socket, threads) }
        running.withLock { $0 = Running(threads: threads, task: task, lock: lock) }
    }

    private func open() throws(NamedPipe.SystemError) -> UnixDatagramSocket {
        let path = configuration.path
        if let kind = FileEntry.kind(of: path) {
            guard kind == .socket else { throw NamedPipe.SystemError(number: EEXIST) }
            _ = FileEntry.remove(path)
        }
        let socket = try UnixDatagramSocket(path: path, sendMilliseconds: configuration.sendMilliseconds)
        var failure = FileEntry.setMode(configuration.mode, of: path)
        if failure == 0, configuration.userID != nil || configuration.groupID != nil {
            failure = FileEntry.setOwner(user: configuration.userID, group: configuration.groupID, of: path)
        }
        guard failure == 0 else { throw NamedPipe.SystemError(number: failure) }
        return socket
    }

    func stop() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        isStopping.store(true, ordering: .relaxed)
        await running.task.value
        try? await running.threads.shutdownGracefully()
        _ = FileEntry.remove(configuration.path)
    }

    /// Runs on a thread of its own until the server stops.
    private func receive(
        _ socket: UnixDatagramSocket, _ continuation: AsyncStream<UnixDatagramSocket.Datagram>.Continuation
    ) {
        while !isStopping.load(ordering: .relaxed) {
            guard let datagram = socket.receive(bytesMax: Self.requestBytesMax) else { continue }
            guard !datagram.sender.isEmpty else {
                logger.warning("datagram request dropped: its socket has no address to answer to")
                continue
            }
            if case .dropped = continuation.yield(datagram) {
                logger.warning("datagram request dropped: too many at once")
            }
        }
        continuation.finish()
    }

    private func serve(
        _ requests: AsyncStream<UnixDatagramSocket.Datagram>, _ socket: UnixDatagramSocket, _ threads: NIOThreadPool
    ) async {
        await withDiscardingTaskGroup { tasks in
            for await request in requests {
                tasks.addTask { [self] in await answer(request, socket, threads) }
            }
        }
    }

    private func answer(
        _ request: UnixDatagramSocket.Datagram, _ socket: UnixDatagramSocket, _ threads: NIOThreadPool
    ) async {
        let answer =
            request.bytes.count > Self.requestBytesMax
            ? service.fault(MethodFault(400, "the request has more than \(Self.requestBytesMax) bytes"), id: nil)
            : await service.answer(request.bytes, from: "datagram", bytesMax: Self.answerBytesMax)
        var failure = await send(answer.body, to: request.sender, socket, threads)
        if failure == EMSGSIZE {
            // DIFFERS: Kamailio sends nothing, and the client waits.
            let tooLong = service.fault(
                MethodFault(500, "the answer of \(answer.body.count) bytes is too long for a datagram: use the FIFO"),
                id: Self.id(of: request.bytes))
            failure = await send(tooLong.body, to: request.sender, socket, threads)
        }
        if failure != 0 {
            logger.warning("datagram answer not sent", metadata: ["error": "\(ErrorText.of(failure))"])
        }
    }

    private static func id(of request: [UInt8]) -> JSONValue? {
        guard case .single(.success(let request)) = JSONRPCInput(text: request.span) else { return nil }
        return request.id
    }

    private func send(
        _ bytes: [UInt8], to client: [UInt8], _ socket: UnixDatagramSocket, _ threads: NIOThreadPool
    ) async -> Int32 {
        (try? await threads.runIfActive { socket.send(bytes, to: client) }) ?? 0
    }

    private static let requestBytesMax = 256 << 10
    /// More than the system sends in a datagram.
    private static let answerBytesMax = 32 << 20
}
