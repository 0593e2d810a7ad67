import SIPMessage
import Synchronization

/// How many calls each destination has (algorithm 10), by the Call-IDs that were sent there.
final class CallLoads: Sendable {
    /// A destination by set and id.
    struct Key: Hashable, Sendable {
        let set: Int
        let identifier: ByteString
    }

    private struct Call {
        let key: Key
        var expires: Int
    }

    private struct State {
        var calls: [ByteString: Call] = [:]
        var counts: [Key: Int] = [:]
    }

    /// More calls than that are not counted.
    static let countMax = 1_000_000

    /// Seconds after which a call that was not answered, or not ended, is forgotten.
    private let initialSeconds: Int
    private let answeredSeconds: Int
    private let state = Mutex(State())

    init(initialSeconds: Int, answeredSeconds: Int) {
        self.initialSeconds = initialSeconds
        self.answeredSeconds = answeredSeconds
    }

    /// The calls of a destination.
    func count(_ key: Key) -> Int { state.withLock { $0.counts[key] ?? 0 } }

    /// Counts a call for a destination; one that was counted for another moves.
    func put(_ callID: ByteString, _ key: Key, now: Int) {
        state.withLock { state in
            Self.remove(callID, &state)
            guard state.calls.count < Self.countMax else { return }
            state.calls[callID.compacted()] = Call(key: key, expires: now + initialSeconds)
            state.counts[key, default: 0] += 1
        }
    }

    /// A call was answered; false when it is not counted.
    func confirm(_ callID: ByteString, now: Int) -> Bool {
        state.withLock { state in
            guard state.calls[callID] != nil else { return false }
            state.calls[callID]?.expires = now + answeredSeconds
            return true
        }
    }

    /// A call has ended; false when it is not counted.
    func remove(_ callID: ByteString) -> Bool {
        state.withLock { Self.remove(callID, &$0) }
    }

    /// Forgets the calls whose time is over.
    func expire(now: Int) {
        state.withLock { state in
            for callID in state.calls.filter({ $0.value.expires <= now }).map(\.key) { Self.remove(callID, &state) }
        }
    }

    @discardableResult
    private static func remove(_ callID: ByteString, _ state: inout State) -> Bool {
        guard let call = state.calls.removeValue(forKey: callID) else { return false }
        let rest = (state.counts[call.key] ?? 1) - 1
        state.counts[call.key] = rest > 0 ? rest : nil
        return true
    }
}
