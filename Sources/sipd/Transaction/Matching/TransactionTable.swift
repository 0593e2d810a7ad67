/// The transactions of one worker, found by the keys of RFC 3261 §17.2.3 (requests) and by their place (responses,
/// whose branch parameter names it).
///
/// There is no lock: all messages of one Call-ID are processed on the same event loop, which owns its table.
package struct TransactionTable<Element> {
    private struct Slot {
        var element: Element?
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

    /// Adds a transaction; nil when the table is full or the key is taken.
    ///
    /// - Returns: its place, for `BranchParameter.slot`.
    package mutating func insert(_ element: Element, key: HashValue, identifier: HashValue) -> UInt32? {
        guard count < capacity, byKey[key] == nil else { return nil }
        let slot = Slot(element: element, identifier: identifier, key: key, dialogKey: nil, next: -1)
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

    /// The transaction of a request with this key.
    package func element(forKey key: HashValue) -> Element? {
        byKey[key].flatMap { slots[Int($0)].element }
    }

    /// The transaction in this place, if it still is the one of this identifier.
    package func element(at slot: UInt32, identifier: HashValue) -> Element? {
        guard slot < UInt32(slots.count), slots[Int(slot)].identifier == identifier else { return nil }
        return slots[Int(slot)].element
    }

    /// The transaction in this place, whatever it is.
    package func element(at slot: UInt32) -> Element? {
        slot < UInt32(slots.count) ? slots[Int(slot)].element : nil
    }

    /// All transactions, in no particular order.
    package var elements: some Sequence<Element> { slots.lazy.compactMap(\.element) }

    /// Makes the transaction known under its dialog key as well, since an ACK for its 2xx may come.
    package mutating func addDialogKey(_ key: HashValue, at slot: UInt32) {
        guard slot < UInt32(slots.count), slots[Int(slot)].element != nil, slots[Int(slot)].dialogKey == nil
        else { return }
        slots[Int(slot)].dialogKey = key
        slots[Int(slot)].next = byDialog[key].map(Int.init) ?? -1
        byDialog[key] = slot
    }

    /// The first transaction with this dialog key for which `condition` holds.
    package func element(forDialogKey key: HashValue, where condition: (Element) -> Bool) -> Element? {
        var index = byDialog[key].map(Int.init) ?? -1
        while index >= 0 {
            if let element = slots[index].element, condition(element) { return element }
            index = slots[index].next
        }
        return nil
    }

    /// Removes the transaction in this place.
    package mutating func remove(at slot: UInt32) {
        let index = Int(slot)
        guard index < slots.count, slots[index].element != nil else { return }
        byKey[slots[index].key] = nil
        if let dialogKey = slots[index].dialogKey { removeDialogKey(dialogKey, of: index) }
        slots[index].element = nil
        slots[index].identifier = HashValue(high: 0, low: 0)
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
