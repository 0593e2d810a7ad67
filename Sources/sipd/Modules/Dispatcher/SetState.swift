import NetworkAddress

/// What changes of one destination while the server runs.
struct DestinationRuntime: Sendable {
    var state: DestinationState
    /// Consecutive answers or failures that speak for another state.
    var count = 0
    var latency = LatencyStatistics()
    /// The addresses of its host.
    var addresses: [IPAddress] = []
}

/// A set of destinations with its counters: chooses the destinations for a request, and follows their states.
///
/// Free of clocks, sockets and locks; `DestinationSet` guards it.
struct SetState: Sendable {
    /// By what the first destination is chosen.
    enum Choice: Sendable, Equatable {
        /// A hash, modulo the number of destinations (algorithms 0 to 3, 5 and 7).
        case hash(UInt32)
        /// One after the other (4).
        case roundRobin
        /// Any (6).
        case random
        /// The first, which has the greatest priority (8).
        case first
        /// By percent (9).
        case weight
        /// The one with the fewest calls (10).
        case load
        /// By relative shares (11).
        case relativeWeight
        /// All at once (12).
        case parallel
        /// By priority, lowered by latency (13).
        case latency
    }

    /// After how many failures a destination is inactive, and after how many answers active again.
    struct Thresholds: Sendable, Equatable {
        var failures = 1
        var answers = 1
    }

    /// Whether a destination began or ceased to get requests.
    enum Transition: Sendable, Equatable {
        case up, down
    }

    let destinations: [Destination]
    var runtime: [DestinationRuntime]
    /// Whether the last destination is only for when the others are out (`use_default`).
    let hasDefault: Bool
    private var last = 0
    private var shares: [Int] = []
    private var sharePosition = 0
    private var relativeShares: [Int] = []
    private var relativePosition = 0

    /// Makes a set whose destinations stand in the order in which they are to be tried.
    init(
        _ destinations: [Destination], runtime: [DestinationRuntime]? = nil, hasDefault: Bool,
        using generator: inout some RandomNumberGenerator
    ) {
        self.destinations = destinations
        self.runtime = runtime ?? destinations.map { DestinationRuntime(state: $0.initialState) }
        self.hasDefault = hasDefault && destinations.count > 1
        // As in Kamailio, a first destination without a share means that shares are not used.
        let weights = destinations.map(\.attributes.weight)
        shares = weights.first == 0 ? [] : Self.slots(weights, using: &generator)
        distributeRelatively(using: &generator)
    }

    // MARK: - Choosing

    /// The destinations for one request, the chosen one first and then those that follow if it fails; indices.
    ///
    /// Empty when there is none that may get requests.
    mutating func choose(
        _ choice: Choice, loads: [Int], using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        guard !destinations.isEmpty else { return [] }
        switch choice {
        case .parallel: return destinations.indices.filter { !runtime[$0].state.isSkipped }
        case .latency: return byLatency()
        case .load:
            let free = destinations.indices.filter { index in
                let most = destinations[index].attributes.loadMax
                return most == 0 || loads[index] < most
            }
            let candidates = free.filter { !runtime[$0].state.isSkipped }
            guard let first = candidates.min(by: { loads[$0] < loads[$1] }) else { return [] }
            return following(first).filter(free.contains)
        case .hash(let hash): return available(from: Int(hash % UInt32(clamping: ordinaryCount)))
        case .random: return available(from: Int.random(in: 0..<ordinaryCount, using: &generator))
        case .first: return available(from: 0)
        case .weight: return available(from: Self.next(&sharePosition, of: shares))
        case .relativeWeight: return available(from: Self.next(&relativePosition, of: relativeShares))
        case .roundRobin:
            let found = available(from: last)
            if let first = found.first { last = (first + 1) % destinations.count }
            return found
        }
    }

    /// Destinations that are chosen among: all but the default one.
    private var ordinaryCount: Int { hasDefault ? destinations.count - 1 : destinations.count }

    /// The first that may get requests from a place on, and those behind it, round to the one before it.
    private func available(from wanted: Int) -> [Int] {
        let count = ordinaryCount
        let start = wanted % count
        for offset in 0..<count {
            let index = (start + offset) % count
            if !runtime[index].state.isSkipped { return following(index) }
        }
        guard hasDefault, !runtime[count].state.isSkipped else { return [] }
        return [count]
    }

    private func following(_ first: Int) -> [Int] {
        let count = ordinaryCount
        var order = first < count ? (0..<count).map { (first + $0) % count } : []
        if hasDefault { order.append(count) }
        return order.filter { !runtime[$0].state.isSkipped }
    }

    private static func next(_ position: inout Int, of slots: [Int]) -> Int {
        guard !slots.isEmpty else { return 0 }
        defer { position = (position + 1) % slots.count }
        return slots[position % slots.count]
    }

    /// Priorities lowered by one for each time that the latency is as great as the priority; those that are equal at
    /// the top take turns.
    private mutating func byLatency() -> [Int] {
        let ranked = destinations.indices.filter { !runtime[$0].state.isSkipped }
            .map { (index: $0, rank: rank($0)) }
        let sorted = ranked.sorted { ($0.rank, -$0.index) > ($1.rank, -$1.index) }
        guard let best = sorted.first?.rank else { return [] }
        let group = sorted.prefix { $0.rank == best }.map(\.index)
        let turn = last % group.count
        last = (turn + 1) % group.count
        return group[turn...] + group[..<turn] + sorted.dropFirst(group.count).map(\.index)
    }

    private func rank(_ index: Int) -> Int {
        let destination = destinations[index]
        let latency = runtime[index].latency
        let milliseconds = destination.attributes.controlsCongestion ? latency.congestion : Int(latency.estimate)
        guard destination.priority > 0, milliseconds > destination.priority else { return destination.priority }
        return destination.priority - milliseconds / destination.priority
    }

    // MARK: - Shares

    private static let slotCount = 100

    /// A hundred places, each with the index of a destination, in random order; empty when no share is given.
    ///
    /// What is left over belongs to the last destination with a share.
    private static func slots(_ shares: [Int], using generator: inout some RandomNumberGenerator) -> [Int] {
        var slots: [Int] = []
        for (index, share) in shares.enumerated() {
            slots += Array(repeating: index, count: min(share, slotCount - slots.count))
        }
        guard let last = slots.last else { return [] }
        slots += Array(repeating: last, count: slotCount - slots.count)
        slots.shuffle(using: &generator)
        return slots
    }

    /// Distributes the relative shares over those that may get requests.
    mutating func distributeRelatively(using generator: inout some RandomNumberGenerator) {
        let plain = destinations.indices.map { index in
            runtime[index].state.isSkipped ? 0 : destinations[index].attributes.relativeWeight
        }
        let lowered = destinations.indices.map { index in
            destinations[index].attributes.controlsCongestion
                ? max(0, plain[index] - runtime[index].latency.congestion) : plain[index]
        }
        // When all are congested none is better than another.
        let weights = lowered.contains { $0 > 0 } ? lowered : plain
        let sum = weights.reduce(0, +)
        let isUsed = sum > 0 && destinations.first?.attributes.relativeWeight != 0
        relativeShares = isUsed ? Self.slots(weights.map { $0 * Self.slotCount / sum }, using: &generator) : []
        relativePosition = 0
    }

    // MARK: - States

    /// Takes over what was found out about a destination: answers, failures, or an order of the script.
    mutating func update(
        _ index: Int, to wanted: DestinationState, _ thresholds: Thresholds,
        using generator: inout some RandomNumberGenerator
    ) -> Transition? {
        let old = runtime[index].state
        var new = wanted.intersection(.changing)
        // An inactive one has to become active before it can be tried.
        if new.contains(.trying), old.contains(.inactive) { new = new.subtracting(.trying).union(.inactive) }
        if new.contains(.disabled) { new = .disabled }
        if new.contains(.trying) {
            runtime[index].count += 1
            if runtime[index].count >= thresholds.failures {
                new = new.subtracting(.trying).union(.inactive)
                runtime[index].count = 0
            }
        } else if !wanted.contains(.trying), old.contains(.inactive) {
            runtime[index].count += 1
            if runtime[index].count < thresholds.answers {
                new.insert(.inactive)
            } else {
                new.remove(.inactive)
                runtime[index].count = 0
            }
        } else {
            runtime[index].count = 0
        }
        return set(index, new, from: old, using: &generator)
    }

    /// Gives a destination the state that an operator wants.
    mutating func override(
        _ index: Int, _ state: DestinationState, using generator: inout some RandomNumberGenerator
    ) {
        runtime[index].count = 0
        _ = set(index, state.intersection(.changing), from: runtime[index].state, using: &generator)
    }

    private mutating func set(
        _ index: Int, _ changing: DestinationState, from old: DestinationState,
        using generator: inout some RandomNumberGenerator
    ) -> Transition? {
        let new = old.subtracting(.changing).union(changing)
        runtime[index].state = new
        guard old.isSkipped != new.isSkipped else { return nil }
        distributeRelatively(using: &generator)
        return new.isSkipped ? .down : .up
    }
}
