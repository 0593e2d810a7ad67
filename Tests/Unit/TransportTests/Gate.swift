import NIOCore
import Synchronization

/// Holds up an event loop until it is opened; stands for a loop that is busy.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let isReached = Atomic<Bool>(false)

    /// Returns when the loop stands still.
    func hold(_ loop: any EventLoop) async {
        loop.execute {
            self.isReached.store(true, ordering: .releasing)
            while !self.isOpen.load(ordering: .acquiring) {}
        }
        while !isReached.load(ordering: .acquiring) { await Task.yield() }
    }

    func open() {
        isOpen.store(true, ordering: .releasing)
    }
}
