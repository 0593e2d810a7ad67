import Synchronization

/// A named counter as shown to the outside.
package struct Statistic: Sendable {
    /// The group (`core`, `sl`, `usrloc`).
    package let group: String
    /// The name in the group.
    package let name: String
    /// Reads the value; called on any thread.
    package let read: @Sendable () -> Int
    /// Sets it to 0; nil for one that shows a present state.
    package let reset: (@Sendable () -> Void)?

    /// Makes a statistic of a counter, which can be set to 0.
    package init(group: String, name: String, counter: Counter) {
        self.init(group: group, name: name, reset: { counter.set(0) }) { counter.value }
    }

    /// Makes a statistic.
    package init(
        group: String, name: String, reset: (@Sendable () -> Void)? = nil, read: @escaping @Sendable () -> Int
    ) {
        self.reset = reset
        self.group = group
        self.name = name
        self.read = read
    }
}

/// A counter that any thread may raise.
package final class Counter: Sendable {
    private let storage = Atomic<Int>(0)

    /// Starts at 0.
    package init() {}

    /// Adds to the counter.
    package func add(_ amount: Int = 1) {
        storage.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Sets the counter, as `stats.reset_statistics` does.
    package func set(_ amount: Int) {
        storage.store(amount, ordering: .relaxed)
    }

    /// The present value.
    package var value: Int {
        storage.load(ordering: .relaxed)
    }
}

/// All statistics of the server, by group and name.
package final class StatisticsRegistry: Sendable {
    private let statistics = Mutex<[String: [String: Statistic]]>([:])

    /// An empty registry.
    package init() {}

    /// Adds a statistic; a second one of the same group and name replaces the first.
    package func add(_ statistic: Statistic) {
        statistics.withLock { $0[statistic.group, default: [:]][statistic.name] = statistic }
    }

    /// One statistic by name, in any group, or `group:name`.
    package func value(named name: String) -> Int? {
        statistics.withLock { groups in
            if let colon = name.firstIndex(of: ":") {
                return groups[String(name[..<colon])]?[String(name[name.index(after: colon)...])]?.read()
            }
            return groups.values.lazy.compactMap { $0[name] }.first?.read()
        }
    }

    /// One statistic by group and name.
    package func statistic(group: String, name: String) -> Statistic? {
        statistics.withLock { $0[group]?[name] }
    }

    /// All statistics, sorted by group and name.
    package var all: [Statistic] {
        statistics.withLock { groups in
            groups.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
        }
    }
}
