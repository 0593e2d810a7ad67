import Logging
import ModuleInterface
import NIOCore

/// Gives the changes of one worker's dialogs to the database, one batch at a time, so that no change overtakes another.
final class DialogWriter {
    /// Seconds until a batch that failed is tried again.
    private static let retrySeconds: Int64 = 5

    let storage: DialogStorage
    private unowned let worker: Worker
    private var changes: [Int: Dialog] = [:]
    private var removals: Set<DialogIdentifier> = []
    private var isBusy = false

    init(_ storage: DialogStorage, _ worker: Worker) {
        self.storage = storage
        self.worker = worker
    }

    /// A dialog has changed.
    func changed(_ dialog: Dialog) {
        changes[dialog.record.identifier.number] = dialog
        if storage.mode == .atOnce { flush() }
    }

    /// A dialog has ended.
    func removed(_ dialog: Dialog) {
        changes[dialog.record.identifier.number] = nil
        guard dialog.isStored else { return }
        removals.insert(dialog.record.identifier)
        if storage.mode == .atOnce { flush() }
    }

    /// Writes what has changed since the last batch, unless one is under way.
    func flush() {
        guard !isBusy, let batch = take() else { return }
        isBusy = true
        let storage = storage
        let numbers = batch.records.map(\.identifier.number)
        worker.server.databases.run(
            on: worker.eventLoop, { try storage.apply(batch.records, removing: batch.removed) }
        ) { result in
            self.isBusy = false
            switch result {
            case .success: if storage.mode == .atOnce { self.flush() }
            case .failure(let error): self.retry(numbers, batch.removed, error)
            }
        }
    }

    /// What has changed and was not written.
    struct Batch: Sendable {
        var records: [DialogRecord]
        var removed: [DialogIdentifier]
    }

    /// Takes what has changed; nil when nothing has.
    func take() -> Batch? {
        guard !changes.isEmpty || !removals.isEmpty else { return nil }
        for dialog in changes.values { dialog.isStored = true }
        let batch = Batch(records: changes.values.map(\.record), removed: Array(removals))
        changes = [:]
        removals = []
        return batch
    }

    private func retry(_ numbers: [Int], _ removed: [DialogIdentifier], _ error: any Error) {
        worker.server.logger.error("dialogs were not written", metadata: ["error": "\(error)"])
        if let tracker = worker[DialogTracker.key] {
            for number in numbers {
                if let dialog = tracker.table[number], dialog.record.state.isActive { changes[number] = dialog }
            }
        }
        removals.formUnion(removed)
        guard storage.mode == .atOnce else { return }
        let owner = NIOLoopBound(self, eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleTask(in: .seconds(Self.retrySeconds)) { owner.value.flush() }
    }
}
