import OperatingSystem
package import SIPMessage
import Synchronization

/// Something that happened and that operators may want to hear of as it happens: a contact came, a reload was done.
package struct ServerEvent: Sendable {
    /// Counts the events of this run, from 1.
    package let number: UInt64
    /// Milliseconds since 1970.
    package let time: Int
    /// What happened, `contact.added`.
    package let name: String
    /// What it happened to, in order.
    package let values: [(name: String, value: ByteString)]
}

/// The events of the daemon: the last of them are kept, so that who was disconnected can go on where they were.
///
/// Nothing is kept before somebody asked for the first time; until then `publish` costs one atomic read.
package final class ServerEvents: Sendable {
    // Our own: a minute of a busy registrar, at some 200 bytes each.
    private static let keptMax = 50_000

    private struct State {
        var events: [ServerEvent] = []
        /// Where the oldest is in `events`, once that is full.
        var oldest = 0
        var next: UInt64 = 1
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var nextKey = 0
    }

    private let wanted = Atomic<Bool>(false)
    private let state = Mutex(State())
    /// Tells this run of the daemon from others, so that a number of another run is not taken for one of this.
    package let run = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    /// No events yet.
    package init() {}

    /// Whether events are kept, so that it is worth to find out what happened.
    package var isWanted: Bool { wanted.load(ordering: .relaxed) }

    /// Tells what happened; the values are only made when somebody wants them.
    package func publish(_ name: String, _ values: @autoclosure () -> [(name: String, value: ByteString)]) {
        guard isWanted else { return }
        let values = values()
        let now = WallClock.now
        let waiting = state.withLock { state in
            let event = ServerEvent(
                number: state.next, time: now.seconds * 1000 + now.microseconds / 1000, name: name, values: values)
            state.next += 1
            if state.events.count < Self.keptMax {
                state.events.append(event)
            } else {
                state.events[state.oldest] = event
                state.oldest = (state.oldest + 1) % Self.keptMax
            }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The number of the last event; keeps events from now on.
    package func begin() -> UInt64 {
        wanted.store(true, ordering: .relaxed)
        return state.withLock { $0.next - 1 }
    }

    /// The events behind a number, oldest first, and how many of them are gone.
    package func events(after number: UInt64, max: Int) -> (events: [ServerEvent], missed: UInt64) {
        state.withLock { state in
            let count = state.events.count
            guard number < state.next - 1 else { return ([], 0) }
            let first = state.next - UInt64(count)
            let start = number + 1 < first ? first : number + 1
            let offset = Int(start - first)
            let chosen = (offset..<min(count, offset + max)).map { state.events[(state.oldest + $0) % count] }
            return (chosen, start - (number + 1))
        }
    }

    /// Waits until there is an event behind a number, or the time is over.
    package func wait(after number: UInt64, for duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { await self.wait(after: number) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait(after number: UInt64) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.next - 1 > number || state.cancelled.remove(key) != nil { return true }
                    state.waiting[key] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiting.removeValue(forKey: key)
                if continuation == nil { state.cancelled.insert(key) }
                return continuation
            }
            continuation?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(key) }
    }
}
