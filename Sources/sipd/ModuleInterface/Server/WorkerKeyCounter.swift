import Glibc
import Synchronization

/// The counter behind `WorkerKey`.
final class WorkerKeyCounter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int {
        value.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}

let workerKeys = WorkerKeyCounter()
