import Synchronization

/// What the transport layer counts; read at any time from any thread.
///
/// The counters of datagrams are kept apart for each worker and added when read, so that loops do not share a cache
/// line for each message.
package final class TransportStatistics: Sendable {
    /// A number that only grows, but for those that say `current`.
    package enum Counter: Int, CaseIterable, Sendable {
        case udpReceived, udpSent, udpMalformed, udpKeepalives, udpSendErrors, udpTooLarge, udpQueueFull
        case streamReceived, streamSent, streamMalformed, streamPings
        case handedOver, backlogDropped
        case connectionsEstablished, connectionsAccepted, connectSuccesses, connectFailures
        case connectionResets, connectionTimeouts, sendTimeouts, sendQueueFull, localRejects
        case webSocketHandshakes, webSocketFramesReceived, webSocketFramesSent
        case webSocketsClosedByPeer, webSocketsClosedLocally
        case currentConnections, currentQueuedBytes, currentWebSockets

        /// The name in statistics; the group `tcp` is Kamailio's.
        package var name: String {
            switch self {
            case .udpReceived: "udp.received"
            case .udpSent: "udp.sent"
            case .udpMalformed: "udp.malformed"
            case .udpKeepalives: "udp.keepalives"
            case .udpSendErrors: "udp.send_errors"
            case .udpTooLarge: "udp.too_large"
            case .udpQueueFull: "udp.sendq_full"
            case .streamReceived: "tcp.received"
            case .streamSent: "tcp.sent"
            case .streamMalformed: "tcp.malformed"
            case .streamPings: "tcp.pings"
            case .handedOver: "transport.handed_over"
            case .backlogDropped: "transport.backlog_dropped"
            case .connectionsEstablished: "tcp.established"
            case .connectionsAccepted: "tcp.passive_open"
            case .connectSuccesses: "tcp.connect_success"
            case .connectFailures: "tcp.connect_failed"
            case .connectionResets: "tcp.con_reset"
            case .connectionTimeouts: "tcp.con_timeout"
            case .sendTimeouts: "tcp.send_timeout"
            case .sendQueueFull: "tcp.sendq_full"
            case .localRejects: "tcp.local_reject"
            case .webSocketHandshakes: "ws.handshakes"
            case .webSocketFramesReceived: "ws.received"
            case .webSocketFramesSent: "ws.sent"
            case .webSocketsClosedByPeer: "ws.closed_by_peer"
            case .webSocketsClosedLocally: "ws.closed_locally"
            case .currentWebSockets: "ws.current_connections"
            case .currentConnections: "tcp.current_opened_connections"
            case .currentQueuedBytes: "tcp.current_write_queue_size"
            }
        }
    }

    private let shards: [Shard]

    init(workerCount: Int) {
        shards = (0..<max(1, workerCount)).map { _ in Shard() }
    }

    func add(_ amount: Int = 1, to counter: Counter, worker: Int) {
        shards[worker].add(amount, to: counter)
    }

    /// The value of a counter over all workers.
    package func value(of counter: Counter) -> Int {
        shards.reduce(0) { $0 &+ $1.value(of: counter) }
    }

    /// All counters by name, as `tcp.established`.
    package var valuesByName: [String: Int] {
        Dictionary(uniqueKeysWithValues: Counter.allCases.map { ($0.name, value(of: $0)) })
    }

    /// The counters of one worker in storage of their own.
    private final class Shard: Sendable {
        private let values: [Cell]

        init() {
            values = Counter.allCases.map { _ in Cell() }
        }

        func add(_ amount: Int, to counter: Counter) {
            values[counter.rawValue].value.wrappingAdd(amount, ordering: .relaxed)
        }

        func value(of counter: Counter) -> Int {
            values[counter.rawValue].value.load(ordering: .relaxed)
        }
    }

    /// One counter; a reference, because an atomic cannot be moved into an array.
    private final class Cell: Sendable {
        let value = Atomic<Int>(0)
    }
}
