package import SIPMessage
import Synchronization

/// The calls that are counted, by Call-ID.
///
/// Calls are spread over shards with a lock each, because every message of a call touches its record.
package final class CallTable: Sendable {
    /// How long records stay, in seconds.
    package struct Lifetimes: Sendable {
        /// A call that nobody has answered.
        package var initial: Int
        /// A call that was answered.
        package var active: Int
        /// A call that has ended.
        package var finished: Int

        /// Makes lifetimes.
        package init(initial: Int, active: Int, finished: Int) {
            self.initial = initial
            self.active = active
            self.finished = finished
        }
    }

    /// What happened to a call.
    package enum Event: Sendable {
        /// A response to the INVITE.
        case response(Int)
        case acknowledged
        case ended
    }

    private struct Shard {
        var calls: [ByteString: CallRecord] = [:]
        var counts: [CallState: Int] = [:]
    }

    private final class Slot: Sendable {
        let shard = Mutex(Shard())
    }

    private let slots = (0..<64).map { _ in Slot() }
    private let lifetimes: Lifetimes
    /// More calls than this are not counted; a flood of INVITEs must not fill the memory.
    private let callsMax = 1_000_000

    /// An empty table.
    package init(lifetimes: Lifetimes) {
        self.lifetimes = lifetimes
    }

    /// Adds a call.
    ///
    /// - Returns: false when it is known already, or there are too many.
    package func add(_ call: CallRecord, id: ByteString) -> Bool {
        slot(of: id).shard.withLock { shard in
            guard shard.calls[id] == nil, shard.calls.count < callsMax / slots.count else { return false }
            shard.calls[id.compacted()] = call
            shard.counts[.initial, default: 0] += 1
            return true
        }
    }

    /// Moves a call on.
    ///
    /// - Returns: false when the call is not known.
    package func update(_ id: ByteString, _ event: Event, now: Int) -> Bool {
        slot(of: id).shard.withLock { shard in
            guard var call = shard.calls[id] else { return false }
            call.updated = now
            if let next = Self.state(after: event, of: call.state), next != call.state {
                call.state = next
                if next == .answered { call.answered = now }
                shard.counts[next, default: 0] += 1
            }
            shard.calls[id] = call
            return true
        }
    }

    private static func state(after event: Event, of state: CallState) -> CallState? {
        switch (event, state) {
        case (_, .terminated), (_, .notAnswered): nil
        case (.response(let status), .initial), (.response(let status), .progress):
            status < 101 ? nil : status < 200 ? .progress : status < 300 ? .answered : .notAnswered
        case (.response, _): nil
        case (.acknowledged, .answered): .confirmed
        case (.acknowledged, _): nil
        case (.ended, .initial), (.ended, .progress): .notAnswered
        case (.ended, _): .terminated
        }
    }

    /// Forgets what has outlived its time.
    package func sweep(now: Int) {
        for slot in slots {
            slot.shard.withLock { shard in
                shard.calls = shard.calls.filter { _, call in now - call.updated < lifetime(of: call) }
            }
        }
    }

    private func lifetime(of call: CallRecord) -> Int {
        switch call.state {
        case .initial, .progress: lifetimes.initial
        case .answered, .confirmed: lifetimes.active
        case .terminated, .notAnswered: lifetimes.finished
        }
    }

    /// How many shards there are, for reading one at a time.
    package var shardCount: Int { slots.count }

    /// The calls of one shard.
    package func calls(inShard index: Int) -> [(id: ByteString, call: CallRecord)] {
        slots[index].shard.withLock { shard in shard.calls.map { ($0.key, $0.value) } }
    }

    /// How many calls have a property.
    package func count(where matches: (CallRecord) -> Bool) -> Int {
        slots.reduce(0) { total, slot in
            total + slot.shard.withLock { shard in shard.calls.values.count(where: matches) }
        }
    }

    /// How often a state was reached since the start.
    package func total(_ state: CallState) -> Int {
        slots.reduce(0) { total, slot in total + slot.shard.withLock { $0.counts[state] ?? 0 } }
    }

    private func slot(of id: ByteString) -> Slot {
        slots[Int(UInt(bitPattern: id.hashValue) % UInt(slots.count))]
    }
}
