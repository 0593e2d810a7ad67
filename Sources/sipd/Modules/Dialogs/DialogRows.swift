import ControlProtocol
import ModuleInterface

/// A dialog as it stands, copied out of its worker.
struct DialogSnapshot: Sendable {
    var record: DialogRecord
    var isStored: Bool
}

/// The dialogs of all workers, a page at a time, so that a list of any length neither stops a worker nor fills memory.
struct DialogRows: RowSource {
    private static let pageSize = 200

    private let module: DialogsModule
    private let isWanted: @Sendable (DialogRecord) -> Bool
    private let row: @Sendable (DialogSnapshot) -> JSONValue
    /// The numbers of the dialogs, by worker.
    private var numbers: [ArraySlice<Int>]?
    private var worker = 0
    private var page: ArraySlice<DialogSnapshot> = []

    init(
        _ module: DialogsModule, where isWanted: @escaping @Sendable (DialogRecord) -> Bool = { _ in true },
        row: @escaping @Sendable (DialogSnapshot) -> JSONValue = {
            DialogRow.full($0.record, isStored: $0.isStored)
        }
    ) {
        self.module = module
        self.isWanted = isWanted
        self.row = row
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while page.isEmpty {
            guard await turnPage() else { return nil }
        }
        return page.popFirst().map(row)
    }

    private mutating func turnPage() async -> Bool {
        var pending: [ArraySlice<Int>]
        if let numbers {
            pending = numbers
        } else {
            pending = await module.server.onEachWorker { $0[DialogTracker.key]?.table.numbers[...] ?? [] }
        }
        while worker < pending.count, pending[worker].isEmpty { worker += 1 }
        guard worker < pending.count else {
            numbers = pending
            return false
        }
        let wanted = Array(pending[worker].prefix(Self.pageSize))
        pending[worker] = pending[worker].dropFirst(wanted.count)
        numbers = pending
        let isWanted = isWanted
        page =
            await module.onWorker(worker) { tracker in
                wanted.compactMap { tracker.table[$0] }.filter { isWanted($0.record) }
                    .map { DialogSnapshot(record: $0.record, isStored: $0.isStored) }
            }?[...] ?? []
        return true
    }
}

extension DialogsModule {
    /// Asks the dialogs of one worker something on its loop; nil when there is no such worker.
    func onWorker<Answer: Sendable>(
        _ index: Int, _ work: @escaping @Sendable (DialogTracker) -> Answer
    ) async -> Answer? {
        guard (0..<server.workerCount).contains(index) else { return nil }
        return await withCheckedContinuation { continuation in
            server.onWorker(index) { worker in continuation.resume(returning: worker[DialogTracker.key].map(work)) }
        }
    }
}
