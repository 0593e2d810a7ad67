import Synchronization

/// What has to be in order for the daemon to serve: modules add checks, `core.health` runs them.
package final class HealthChecks: Sendable {
    /// Answers nil when all is well, or what is wrong.
    package typealias Check = @Sendable () async -> String?

    private struct State {
        var isStarted = false
        var checks: [(name: String, check: Check)] = []
    }

    private let state = Mutex(State())

    /// No checks.
    package init() {}

    /// Adds a check, named by what it looks at: `database mysql://db/sipd`.
    package func add(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.checks.append((name, check)) }
    }

    /// Whether the start is done.
    package var isStarted: Bool {
        get { state.withLock { $0.isStarted } }
        set { state.withLock { $0.isStarted = newValue } }
    }

    /// Runs all checks at once; one that takes longer than the limit is a problem too.
    ///
    /// - Returns: name and problem of each in the order added; a nil problem is a check passed.
    package func run(limit: Duration) async -> [(name: String, problem: String?)] {
        let checks = state.withLock { $0.checks }
        return await withTaskGroup(of: (Int, String?).self) { group in
            for (index, entry) in checks.enumerated() {
                group.addTask { (index, await Self.run(entry.check, limit: limit)) }
            }
            var problems = [String?](repeating: nil, count: checks.count)
            for await (index, problem) in group { problems[index] = problem }
            return zip(checks, problems).map { ($0.name, $1) }
        }
    }

    private static func run(_ check: @escaping Check, limit: Duration) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await check() }
            group.addTask {
                do {
                    try await Task.sleep(for: limit)
                } catch {
                    return nil
                }
                return "no answer within \(limit / .milliseconds(1)) ms"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
