import Logging
import NIOCore
import NetworkAddress
import SIPMessage
import Synchronization
import Transport

/// Records what arrives, and does something with it on the loop it arrived on.
final class TestReceiver: TransportReceiver {
    struct Arrival: Sendable {
        var event: InboundEvent
        var worker: Int

        var message: SIPMessage? {
            if case .message(let message, _) = event { message } else { nil }
        }

        var origin: ReceivedFrom {
            switch event {
            case .message(_, let origin), .malformed(_, _, let origin), .connectionClosed(_, _, let origin): origin
            }
        }

        var callID: String { message?.callID?.string ?? "" }
    }

    let arrivals: AsyncStream<Arrival>
    private let continuation: AsyncStream<Arrival>.Continuation
    private let handler: @Sendable (Arrival) -> Void

    init(_ handler: @escaping @Sendable (Arrival) -> Void = { _ in }) {
        (arrivals, continuation) = AsyncStream.makeStream()
        self.handler = handler
    }

    func receive(_ events: consuming [InboundEvent], worker: Int) {
        for event in events {
            let arrival = Arrival(event: event, worker: worker)
            handler(arrival)
            continuation.yield(arrival)
        }
    }

    /// The next `count` arrivals, in order.
    func next(_ count: Int) async -> [Arrival] {
        var taken: [Arrival] = []
        for await arrival in arrivals {
            taken.append(arrival)
            if taken.count == count { break }
        }
        return taken
    }

    func next() async -> Arrival? {
        await next(1).first
    }
}

/// A transport layer on loopback with a receiver, which answers each request with 200 if asked to.
struct TestNode {
    let layer: TransportLayer
    let receiver: TestReceiver

    static func start(
        _ listens: [(TransportProtocol, String)] = [(.udp, "127.0.0.1:0")], workers: Int = 1,
        limits: TransportLimits = TransportLimits(), answers: Bool = false
    ) async throws -> TestNode {
        let layer = TransportLayer(workers: workers, limits: limits, logger: quietLogger)
        let receiver = TestReceiver { arrival in
            guard answers, let message = arrival.message, message.isRequest else { return }
            let origin = arrival.origin
            layer.send(
                ReplyBuilder(to: message, status: 200, reason: "OK").bytes(),
                to: Destination(
                    transport: origin.transport, remote: origin.source, socket: origin.socket,
                    connection: origin.connection),
                from: arrival.worker)
        }
        try await layer.listen(listens.map { ListenRequest(transport: $0.0, endpoint: endpoint($0.1)) })
        try await layer.start(receiver: receiver)
        return TestNode(layer: layer, receiver: receiver)
    }

    /// Where the socket of a transport is reached.
    func address(_ transport: TransportProtocol = .udp) -> Endpoint {
        layer.sockets.first { $0.transport == transport }?.endpoint ?? endpoint("127.0.0.1:1")
    }

    /// Sends from a worker and waits until the system has taken the message, or has not.
    func send(_ text: String, to destination: Destination, from worker: Int = 0) async -> SendError? {
        let layer = layer
        return await withCheckedContinuation { continuation in
            layer.eventLoop(worker).execute {
                layer.send(Array(text.utf8), to: destination, from: worker) { continuation.resume(returning: $0) }
            }
        }
    }

    func stop() async {
        await layer.stop()
    }
}

let quietLogger: Logger = {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    return logger
}()

func endpoint(_ text: String) -> Endpoint {
    Endpoint(text) ?? Endpoint(address: IPAddress(v4: 0), port: Port(0))
}

/// A small request with the given Call-ID.
func request(_ callID: String = "1@test", method: String = "OPTIONS", transport: String = "UDP", body: String = "")
    -> String
{
    """
    \(method) sip:example.test SIP/2.0\r
    Via: SIP/2.0/\(transport) 127.0.0.1:5060;branch=z9hG4bK-\(callID)\r
    Max-Forwards: 70\r
    From: <sip:alice@example.test>;tag=a\r
    To: <sip:bob@example.test>\r
    Call-ID: \(callID)\r
    CSeq: 1 \(method)\r
    Content-Length: \(body.utf8.count)\r
    \r
    \(body)
    """
}
