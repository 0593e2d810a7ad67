import Logging
import NetworkAddress

/// What all workers share; immutable, or safe to use from any thread.
final class TransportCore: Sendable {
    /// How much of malformed input is passed on.
    static let malformedPrefixLength = 256

    let workerCount: Int
    let limits: TransportLimits
    let security: [TransportProtocol: any StreamSecurity]
    let logger: Logger
    let log: RateLimitedLog
    let statistics: TransportStatistics
    let connections = ConnectionTable()
    private let hash = CallIDHash()

    init(
        workerCount: Int, limits: TransportLimits, security: [TransportProtocol: any StreamSecurity], logger: Logger
    ) {
        self.workerCount = workerCount
        self.limits = limits
        self.security = security
        self.logger = logger
        log = RateLimitedLog(logger)
        statistics = TransportStatistics(workerCount: workerCount)
    }

    /// The worker that owns a Call-ID.
    @inline(__always)
    func owner(of callID: ArraySlice<UInt8>) -> Int {
        hash.worker(for: callID, of: workerCount)
    }
}
