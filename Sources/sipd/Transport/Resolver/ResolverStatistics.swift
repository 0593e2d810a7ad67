import Synchronization

/// What the resolver counts; Kamailio has `dns.failed_dns_request`.
package final class ResolverStatistics: Sendable {
    private let requestCount = Atomic<Int>(0)
    private let failureCount = Atomic<Int>(0)

    init() {}

    func countRequest() {
        requestCount.wrappingAdd(1, ordering: .relaxed)
    }

    func countFailure() {
        failureCount.wrappingAdd(1, ordering: .relaxed)
    }

    /// Questions put to name servers.
    package var requests: Int { requestCount.load(ordering: .relaxed) }
    /// Lookups that no server answered.
    package var failures: Int { failureCount.load(ordering: .relaxed) }
}
