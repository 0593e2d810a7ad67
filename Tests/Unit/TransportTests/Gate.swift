import Synchronization

/// Holds up a thread until it is opened; stands for a loop that is busy.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func wait() {
        while !isOpen.load(ordering: .acquiring) {}
    }

    func open() {
        isOpen.store(true, ordering: .releasing)
    }
}
