import SIPMessage

/// The dialogs of one worker, with the seconds at which something is due.
struct DialogTable {
    /// More dialogs are not followed: each INVITE makes one.
    static let countMax = 1 << 20

    private var byCallID: [ByteString: [Dialog]] = [:]
    private var byNumber: [Int: Dialog] = [:]
    private var buckets: [Int: [Int]] = [:]
    private var lastSecond = 0

    /// How many there are.
    var count: Int { byNumber.count }
    /// The numbers of all, in the order in which they were made.
    var numbers: [Int] { byNumber.keys.sorted() }

    /// The dialog of a number.
    subscript(number: Int) -> Dialog? { byNumber[number] }

    /// The dialogs of a Call-ID; several when it was forked or came round again.
    func dialogs(of callID: ByteString) -> [Dialog] { byCallID[callID] ?? [] }

    /// Adds a dialog; false when there are too many.
    mutating func insert(_ dialog: Dialog) -> Bool {
        guard count < Self.countMax, byNumber[dialog.record.identifier.number] == nil else { return false }
        byCallID[dialog.record.callID, default: []].append(dialog)
        byNumber[dialog.record.identifier.number] = dialog
        return true
    }

    /// Forgets a dialog.
    mutating func remove(_ dialog: Dialog) {
        byNumber[dialog.record.identifier.number] = nil
        guard let others = byCallID[dialog.record.callID]?.filter({ $0 !== dialog }) else { return }
        byCallID[dialog.record.callID] = others.isEmpty ? nil : others
    }

    // MARK: - Time

    /// Sets when a dialog is due, in place of what was set before.
    mutating func schedule(_ dialog: Dialog, at second: Int) {
        // What is due already is due at the next look.
        let second = max(second, lastSecond + 1)
        guard dialog.deadline != second else { return }
        dialog.deadline = second
        buckets[second, default: []].append(dialog.record.identifier.number)
    }

    /// The dialogs that are due, each once.
    mutating func due(at now: Int) -> [Dialog] {
        guard now > lastSecond else { return [] }
        // The clock may jump: then the buckets are looked through instead of the seconds.
        let seconds =
            lastSecond > 0 && now - lastSecond < 60
            ? Array(lastSecond + 1...now) : buckets.keys.filter { $0 <= now }.sorted()
        lastSecond = now
        var due: [Dialog] = []
        for second in seconds {
            for number in buckets.removeValue(forKey: second) ?? [] {
                guard let dialog = byNumber[number], dialog.deadline == second else { continue }
                dialog.deadline = 0
                due.append(dialog)
            }
        }
        return due
    }
}
