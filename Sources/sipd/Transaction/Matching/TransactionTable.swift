/// Where the transactions of one worker are found: by the keys of RFC 3261 §17.2.3 (requests) and by their place
/// (responses, whose branch parameter names it).
///
/// It knows places only; the owner keeps what stands there in an array of its own, so that no generic code runs for
/// each message. There is no lock: all messages of one Call-ID are processed on the event loop that owns the table.
package struct TransactionTable {
    private struct Slot {
        var isUsed: Bool
        var identifier: HashValue
        var key: HashValue
        var dialogKey: HashValue?
        /// The next free slot, or the next one with the same dialog key; -1 at the end.
        var next: Int
    }

    private var slots: [Slot] = []
    private var freeSlot = -1
    private var byKey: [HashValue: UInt32] = [:]
    private var byDialog: [HashValue: UInt32] = [:]
    /// The most transactions the table takes; a further one is refused.
    package let capacity: Int
    /// The number of transactions.
    package private(set) var count = 0

    /// Makes an empty table.
    package init(capacity: Int = 1 << 20) {
        self.capacity = capacity
    }

    /// Takes a place for a transaction; nil when the table is full or the key is taken.
    ///
    /// Places are used again; they go from 0 to the largest number of transactions there ever were at once.
    package mutating func insert(key: HashValue, identifier: HashValue) -> UInt32? {
        guard count < capacity, byKey[key] == nil else { return nil }
        let slot = Slot(isUsed: true, identifier: identifier, key: key, dialogKey: nil, next: -1)
        let index: Int
        if freeSlot >= 0 {
            index = freeSlot
            freeSlot = slots[index].next
            slots[index] = slot
        } else {
            index = slots.count
            slots.append(slot)
        }
        byKey[key] = UInt32(index)
        count += 1
        return UInt32(index)
    }

    /// The place of the transaction with this key.
    package func place(forKey key: HashValue) -> UInt32? {
        byKey[key]
    }

    /// Whether the transaction in this place is the one of this identifier.
    package func contains(_ place: UInt32, identifier: HashValue) -> Bool {
        place < UInt32(slots.count) && slots[Int(place)].isUsed && slots[Int(place)].identifier == identifier
    }

    /// Whether there is a transaction in this place.
    package func contains(_ place: UInt32) -> Bool {
        place < UInt32(slots.count) && slots[Int(place)].isUsed
    }

    /// Makes the transaction known under its dialog key as well, since an ACK for its 2xx may come.
    package mutating func addDialogKey(_ key: HashValue, at place: UInt32) {
        guard contains(place), slots[Int(place)].dialogKey == nil else { return }
        slots[Int(place)].dialogKey = key
        slots[Int(place)].next = byDialog[key].map(Int.init) ?? -1
        byDialog[key] = place
    }

    /// Whether any transaction is known under a dialog key.
    package var hasDialogKeys: Bool { !byDialog.isEmpty }

    /// The place of the first transaction with this dialog key for which `condition` holds.
    package func place(forDialogKey key: HashValue, where condition: (UInt32) -> Bool) -> UInt32? {
        var index = byDialog[key].map(Int.init) ?? -1
        while index >= 0 {
            if condition(UInt32(index)) { return UInt32(index) }
            index = slots[index].next
        }
        return nil
    }

    /// Gives a place free.
    package mutating func remove(at place: UInt32) {
        guard contains(place) else { return }
        let index = Int(place)
        byKey[slots[index].key] = nil
        if let dialogKey = slots[index].dialogKey { removeDialogKey(dialogKey, of: index) }
        slots[index].isUsed = false
        slots[index].dialogKey = nil
        slots[index].next = freeSlot
        freeSlot = index
        count -= 1
    }

    private mutating func removeDialogKey(_ key: HashValue, of index: Int) {
        guard let first = byDialog[key].map(Int.init) else { return }
        if first == index {
            let next = slots[index].next
            byDialog[key] = next >= 0 ? UInt32(next) : nil
            return
        }
        var previous = first
        while slots[previous].next >= 0 {
            if slots[previous].next == index {
                slots[previous].next = slots[index].next
                return
            }
            previous = slots[previous].next
        }
    }
}
