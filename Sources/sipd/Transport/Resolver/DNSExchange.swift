import NIOCore
import NIOPosix
import NetworkAddress

/// One question put to the name servers until one answers: over UDP, and over TCP when the answer is truncated.
///
/// Each try has a socket of its own, connected to the server and bound to a port the kernel chooses at random, and an
/// identifier of its own: an answer has to guess both (RFC 5452 §9). A refusal by the server's host is noticed at once.
/// Confined to its event loop.
final class DNSExchange {
    struct Plan {
        /// The servers in the order in which they are asked, once for each round.
        var servers: [(index: Int, endpoint: Endpoint)]
        var rounds: Int
        var timeout: TimeAmount
        var deadline: NIODeadline
    }

    private let loop: any EventLoop
    private let question: DNSMessage.Question
    private let plan: Plan
    private let completion: (Result<DNSMessage, DNSLookupError>, _ server: Int?) -> Void
    private var nextTry = 0
    /// Distinguishes the current try from those before, whose late events are ignored.
    private var generation = 0
    private var identifier: UInt16 = 0
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    private var lastError = DNSLookupError.timeout
    private var isDone = false

    /// Calls `completion` once, with the answer and the index of the server that gave it.
    init(
        _ question: DNSMessage.Question, plan: Plan, loop: any EventLoop,
        completion: @escaping (Result<DNSMessage, DNSLookupError>, _ server: Int?) -> Void
    ) {
        self.question = question
        self.plan = plan
        self.loop = loop
        self.completion = completion
    }

    func start() {
        guard !plan.servers.isEmpty else {
            finish(.failure(.noServers), server: nil)
            return
        }
        tryNext()
    }

    func cancel(_ error: DNSLookupError) {
        finish(.failure(error), server: nil)
    }

    private var server: (index: Int, endpoint: Endpoint) {
        plan.servers[(nextTry - 1) % plan.servers.count]
    }

    private func tryNext() {
        endTry()
        let now = NIODeadline.now()
        guard !isDone, nextTry < plan.servers.count * plan.rounds, now < plan.deadline else {
            finish(.failure(lastError), server: nil)
            return
        }
        nextTry += 1
        identifier = .random(in: .min ... .max)
        startTimer(now)
        open(
            DatagramBootstrap(group: loop).channelOption(.maxMessagesPerRead, value: 4)
                .channelInitializer(initializer(isStream: false))
                .connect(to: server.endpoint.socketAddress))
    }

    private func tryOverTCP() {
        endTry()
        startTimer(.now())
        open(
            ClientBootstrap(group: loop).connectTimeout(plan.timeout)
                .channelInitializer(initializer(isStream: true))
                .connect(to: server.endpoint.socketAddress))
    }

    private func startTimer(_ now: NIODeadline) {
        let deadline = min(now + plan.timeout, plan.deadline)
        let current = generation
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) {
            if self.generation == current { self.tryNext() }
        }
    }

    private func initializer(isStream: Bool) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        let query = DNSMessage(identifier: identifier, question: question).encoded()
        let exchange = NIOLoopBound(self, eventLoop: loop)
        let generation = generation
        return { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if isStream {
                    try pipeline.addHandler(DNSStreamHandler(exchange.value, generation: generation, query: query))
                } else {
                    try pipeline.addHandler(DNSDatagramHandler(exchange.value, generation: generation, query: query))
                }
            }
        }
    }

    private func open(_ future: EventLoopFuture<any Channel>) {
        let current = generation
        future.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                if self.generation == current { self.channel = channel } else { channel.close(promise: nil) }
            case .failure:
                self.failed(current)
            }
        }
    }

    private func endTry() {
        generation += 1
        timer?.cancel()
        timer = nil
        channel?.close(promise: nil)
        channel = nil
    }

    /// The socket of a try had an error.
    func failed(_ generation: Int) {
        guard generation == self.generation, !isDone else { return }
        lastError = .timeout
        tryNext()
    }

    /// Bytes came from the server; what does not answer the question is ignored, as anyone may have sent it.
    func received(_ bytes: [UInt8], isStream: Bool, generation: Int) {
        guard generation == self.generation, !isDone, let message = try? DNSMessage(decoding: bytes),
            message.isResponse, message.identifier == identifier, message.question == question
        else { return }
        if message.isTruncated {
            if isStream { tryNext() } else { tryOverTCP() }
            return
        }
        switch message.responseCode {
        case .noError, .nameError:
            finish(.success(message), server: server.index)
        default:
            lastError = .serverFailure(message.responseCode)
            tryNext()
        }
    }

    private func finish(_ result: Result<DNSMessage, DNSLookupError>, server: Int?) {
        guard !isDone else { return }
        isDone = true
        endTry()
        completion(result, server)
    }
}
