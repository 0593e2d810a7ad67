import Logging
package import NIOCore
import NetworkAddress
import SIPMessage
import ScriptEngine
package import Transport

/// Takes what the transport received and runs the script on it: requests through `request_route`, replies through
/// `reply_route`, then to the transaction layer or back along their Via.
package final class MessageProcessor: TransportReceiver {
    private let workers: [NIOLoopBound<Worker>]
    private let statistics: CoreStatistics

    /// Makes the processor for workers that have been started.
    package init(workers: [NIOLoopBound<Worker>], statistics: CoreStatistics) {
        self.workers = workers
        self.statistics = statistics
    }

    /// Processes a batch on the loop of the worker that owns the messages.
    package func receive(_ events: consuming [InboundEvent], worker index: Int) {
        let worker = workers[index].value
        for event in events {
            switch event {
            case .message(let message, let received): process(message, received, worker)
            case .malformed(let bytes, let error, let received):
                MalformedMessage.handle(bytes, error, received, worker)
                statistics.malformed.add()
            case .connectionClosed(let connection, _, let received):
                for handler in worker.connectionClosedHandlers { handler(connection) }
                guard received.transport.isWebSocket else { continue }
                for handler in worker.webSocketClosedHandlers { handler(received) }
            }
        }
    }

    private func process(_ message: SIPMessage, _ received: ReceivedFrom, _ worker: Worker) {
        let context = worker.makeContext(message: message, received: received)
        switch message.startLine {
        case .request:
            statistics.requests.add()
            guard MalformedMessage.canBeRouted(message) else {
                if message.isHTTP, received.connection != nil, let handler = worker.httpRequestHandler {
                    return handler(context)
                }
                return statistics.malformed.add()
            }
            if worker.server.settings.transport.acceptsAliases { acceptAlias(message, received, worker) }
            RequestProcessing.run(context, worker)
        case .response:
            statistics.replies.add()
            ReplyProcessing.run(context, worker)
        }
    }
}

extension MessageProcessor {
    /// RFC 5923 §8.1: a client that listens at the port of its Via lets its connection be used for it.
    private func acceptAlias(_ message: SIPMessage, _ received: ReceivedFrom, _ worker: Worker) {
        guard let connection = received.connection, let via = message.topVia, via.parameter(named: "alias").isPresent
        else { return }
        worker.server.transport.addAlias(via.port.map { Port($0) } ?? received.transport.defaultPort, to: connection)
    }
}

/// What happens to a request.
enum RequestProcessing {
    static func run(_ context: ScriptContext, _ worker: Worker) {
        context.routeKind = .request
        for filter in worker.requestFilters where !filter(context) { return }
        guard let route = worker.program.requestRoute else { return }
        worker.program.run(route, in: context) { _ in
            for handler in worker.requestEndHandlers { handler(context) }
        }
    }
}

/// What happens to a reply.
enum ReplyProcessing {
    static func run(_ context: ScriptContext, _ worker: Worker) {
        context.routeKind = .coreReply
        guard let route = worker.program.replyRoute else { return deliver(context, worker) }
        worker.program.run(route, in: context) { outcome in
            // Kamailio: a core reply route that ends with 0 or less, or with drop, ends the reply here.
            guard !outcome.isDropped, outcome.value > 0 else { return }
            deliver(context, worker)
        }
    }

    private static func deliver(_ context: ScriptContext, _ worker: Worker) {
        for handler in worker.replyHandlers where handler(context) { return }
        StatelessForwarding.forwardReply(context, worker)
    }
}

/// Counters of the core (`core` group of the statistics).
package final class CoreStatistics: Sendable {
    /// Requests received.
    package let requests = Counter()
    /// Replies received.
    package let replies = Counter()
    /// Messages that could not be parsed.
    package let malformed = Counter()
    /// Requests forwarded statelessly.
    package let forwardedRequests = Counter()
    /// Replies forwarded statelessly.
    package let forwardedReplies = Counter()
    /// Replies dropped because their Via does not lead on.
    package let droppedReplies = Counter()

    /// All at 0.
    package init() {}

    /// Makes them known under Kamailio's names.
    package func register(in registry: StatisticsRegistry) {
        let all: [(String, Counter)] = [
            ("rcv_requests", requests), ("rcv_replies", replies), ("bad_msg_hdr", malformed),
            ("fwd_requests", forwardedRequests), ("fwd_replies", forwardedReplies), ("drop_replies", droppedReplies),
        ]
        for (name, counter) in all {
            registry.add(Statistic(group: "core", name: name, counter: counter))
        }
    }
}
