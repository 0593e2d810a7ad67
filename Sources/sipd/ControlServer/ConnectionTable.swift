import NIOCore
import Synchronization

/// The open control connections: how many there may be, and which have to go.
final class ConnectionTable: Sendable {
    /// What a connection is doing.
    enum Activity {
        /// Waiting for a request.
        case idle
        /// A method runs.
        case working
        /// Waiting for the client to read.
        case writing
    }

    struct Entry {
        let channel: any Channel
        var activity: Activity
        var since: ContinuousClock.Instant
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var nextKey = 0
    }

    private let connectionsMax: Int
    private let state = Mutex(State())

    init(connectionsMax: Int) {
        self.connectionsMax = connectionsMax
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// Adds a connection and returns its key; when the table is full the one that is idle for longest has to go.
    ///
    /// Returns nil when all are busy, so that the new one has to be turned away.
    func add(_ channel: any Channel, at now: ContinuousClock.Instant) -> Int? {
        let (key, evicted): (Int?, (any Channel)?) = state.withLock { state in
            var evicted: (any Channel)?
            if state.entries.count >= connectionsMax {
                let idle = state.entries.filter { $0.value.activity == .idle }
                guard let oldest = idle.min(by: { $0.value.since < $1.value.since }) else { return (nil, nil) }
                evicted = oldest.value.channel
                state.entries[oldest.key] = nil
            }
            let key = state.nextKey
            state.nextKey += 1
            state.entries[key] = Entry(channel: channel, activity: .idle, since: now)
            return (key, evicted)
        }
        evicted?.close(promise: nil)
        return key
    }

    func remove(_ key: Int) {
        state.withLock { _ = $0.entries.removeValue(forKey: key) }
    }

    /// Notes what a connection does from now on.
    func note(_ activity: Activity, for key: Int, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.entries[key]?.activity = activity
            state.entries[key]?.since = now
        }
    }

    /// Closes the connections whose clients have not read anything for that long.
    func closeStalled(longerThan limit: Duration, at now: ContinuousClock.Instant) -> Int {
        let stalled = state.withLock { state in
            state.entries.values.filter { $0.activity == .writing && $0.since + limit <= now }.map(\.channel)
        }
        for channel in stalled { channel.close(promise: nil) }
        return stalled.count
    }

    func closeAll() {
        for channel in state.withLock({ $0.entries.values.map(\.channel) }) { channel.close(promise: nil) }
    }
}
