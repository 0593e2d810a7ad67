import Synchronization

/// The counter behind `ContextKey`.
final class ContextKeyCounter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int {
        value.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}

let contextKeys = ContextKeyCounter()
