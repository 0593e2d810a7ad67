import Logging
import NetworkAddress
import Synchronization

/// What all workers share; immutable, or safe to use from any thread.
final class TransportCore: Sendable {
    /// How much of malformed input is passed on.
    static let malformedPrefixLength = 256

    let workerCount: Int
    let limits: TransportLimits
    let logger: Logger
    let log: RateLimitedLog
    let statistics: TransportStatistics
    let connections = ConnectionTable()
    private let securities: Mutex<[TransportProtocol: any StreamSecurity]>
    private let hash = CallIDHash()
    private let backlogs: [Backlog]

    init(
        workerCount: Int, limits: TransportLimits, security: [TransportProtocol: any StreamSecurity], logger: Logger
    ) {
        self.workerCount = workerCount
        self.limits = limits
        securities = Mutex(security)
        self.logger = logger
        log = RateLimitedLog(logger)
        backlogs = (0..<workerCount).map { _ in Backlog() }
        statistics = TransportStatistics(workerCount: workerCount)
    }

    /// What makes connections of a transport secure, or nil.
    func security(of transport: TransportProtocol) -> (any StreamSecurity)? {
        securities.withLock { $0[transport] }
    }

    func secure(_ transport: TransportProtocol, with security: any StreamSecurity) {
        securities.withLock { $0[transport] = security }
    }

    /// The worker that owns a Call-ID.
    @inline(__always)
    func owner(of callID: ArraySlice<UInt8>) -> Int {
        hash.worker(for: callID, of: workerCount)
    }

    /// The messages that others have read for a worker and that it has not processed yet.
    func backlog(of worker: Int) -> Backlog { backlogs[worker] }

    /// A counter of its own for each worker; a reference, because an atomic cannot be moved into an array.
    final class Backlog: Sendable {
        private let count = Atomic<Int>(0)

        func add(_ messages: Int) {
            count.wrappingAdd(messages, ordering: .relaxed)
        }

        var value: Int { count.load(ordering: .relaxed) }
    }
}
