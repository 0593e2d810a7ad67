/// A hierarchical timer wheel: scheduling and cancelling cost the same however many timers there are.
///
/// Four levels of 256 slots over ticks of 10 ms reach 497 days; later deadlines are clamped. A timer is a number the
/// owner chose, not a closure: `advance` collects the numbers that are due. Timers fire at the first tick at or after
/// their deadline, never before it.
package struct TimerWheel: Sendable {
    /// Names one scheduled timer; it stays valid, and cancels nothing, after the timer has fired.
    package struct Token: Hashable, Sendable {
        let entry: UInt32
        let generation: UInt32

        /// A token of no timer.
        package static let none = Token(entry: .max, generation: .max)
    }

    private struct Entry {
        var payload: UInt64
        var tick: UInt64
        var generation: UInt32
        /// The slot whose list holds the entry; -1 when the entry is free.
        var slot: Int32
        var next: Int32
        var previous: Int32
    }

    /// The length of a tick in milliseconds.
    package static let tickMilliseconds: UInt64 = 10
    private static let slotsPerLevel: UInt64 = 256
    private static let levels = 4
    private static let reach: UInt64 = 1 << 32

    private var heads: [Int32]
    private var entries: [Entry] = []
    private var freeEntry: Int32 = -1
    private var currentTick: UInt64
    /// The number of timers that have not fired.
    package private(set) var count = 0

    /// Makes an empty wheel that stands at `now`.
    package init(at now: MonotonicInstant) {
        heads = [Int32](repeating: -1, count: Self.levels * Int(Self.slotsPerLevel))
        currentTick = now.milliseconds / Self.tickMilliseconds
    }

    /// Whether no timer is scheduled.
    package var isEmpty: Bool { count == 0 }

    /// Schedules a timer; one whose deadline has passed fires at the next tick.
    package mutating func schedule(_ payload: UInt64, at deadline: MonotonicInstant) -> Token {
        let exact = deadline.milliseconds / Self.tickMilliseconds
        let roundedUp = deadline.milliseconds % Self.tickMilliseconds == 0 ? exact : exact + 1
        let tick = min(max(roundedUp, currentTick + 1), currentTick + Self.reach - 1)
        let index = takeEntry(payload: payload, tick: tick)
        link(index)
        count += 1
        return Token(entry: UInt32(index), generation: entries[Int(index)].generation)
    }

    /// Cancels a timer; false when it has fired or was cancelled before.
    @discardableResult
    package mutating func cancel(_ token: Token) -> Bool {
        guard token.entry < UInt32(entries.count), entries[Int(token.entry)].generation == token.generation,
            entries[Int(token.entry)].slot >= 0
        else { return false }
        unlink(Int32(token.entry))
        release(Int32(token.entry))
        count -= 1
        return true
    }

    /// Moves on to `now` and appends the payloads of the timers that are due to `expired`, earliest tick first.
    ///
    /// Costs one step for each tick passed, unless the wheel is empty.
    package mutating func advance(to now: MonotonicInstant, into expired: inout [UInt64]) {
        let target = now.milliseconds / Self.tickMilliseconds
        while currentTick < target {
            if count == 0 {
                currentTick = target
                return
            }
            currentTick += 1
            cascade()
            expireCurrentSlot(into: &expired)
        }
    }

    // MARK: Slots

    private func slot(for tick: UInt64) -> Int32 {
        let distance = tick - currentTick
        var level: UInt64 = 0
        var span = Self.slotsPerLevel
        while distance >= span, level < UInt64(Self.levels - 1) {
            level += 1
            span *= Self.slotsPerLevel
        }
        return Int32(level * Self.slotsPerLevel + (tick >> (level * 8)) % Self.slotsPerLevel)
    }

    /// Brings the timers of the coming stretch down from the higher levels.
    private mutating func cascade() {
        var level: UInt64 = 1
        while level < UInt64(Self.levels), currentTick % (1 << (level * 8)) == 0 {
            let slot = Int(level * Self.slotsPerLevel + (currentTick >> (level * 8)) % Self.slotsPerLevel)
            var index = heads[slot]
            heads[slot] = -1
            while index >= 0 {
                let next = entries[Int(index)].next
                link(index)
                index = next
            }
            level += 1
        }
    }

    private mutating func expireCurrentSlot(into expired: inout [UInt64]) {
        let slot = Int(currentTick % Self.slotsPerLevel)
        var index = heads[slot]
        heads[slot] = -1
        while index >= 0 {
            let next = entries[Int(index)].next
            expired.append(entries[Int(index)].payload)
            release(index)
            count -= 1
            index = next
        }
    }

    private mutating func link(_ index: Int32) {
        let slot = slot(for: entries[Int(index)].tick)
        let head = heads[Int(slot)]
        entries[Int(index)].slot = slot
        entries[Int(index)].previous = -1
        entries[Int(index)].next = head
        if head >= 0 { entries[Int(head)].previous = index }
        heads[Int(slot)] = index
    }

    private mutating func unlink(_ index: Int32) {
        let entry = entries[Int(index)]
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.slot)] = entry.next
        }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
    }

    // MARK: Entries

    private mutating func takeEntry(payload: UInt64, tick: UInt64) -> Int32 {
        guard freeEntry >= 0 else {
            entries.append(Entry(payload: payload, tick: tick, generation: 0, slot: 0, next: -1, previous: -1))
            return Int32(entries.count - 1)
        }
        let index = freeEntry
        freeEntry = entries[Int(index)].next
        entries[Int(index)].payload = payload
        entries[Int(index)].tick = tick
        return index
    }

    private mutating func release(_ index: Int32) {
        entries[Int(index)].slot = -1
        entries[Int(index)].generation &+= 1
        entries[Int(index)].next = freeEntry
        freeEntry = index
    }
}
