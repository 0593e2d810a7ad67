import ModuleInterface
import NIOCore
package import SIPMessage
package import ScriptEngine
import Synchronization

/// The locks that scripts take, one a key (Kamailio: `sht_lock()`, cfgutils `lock()`).
///
/// A script that has to wait is suspended and goes on, on its own loop, when its turn comes. What a script still holds
/// when its message is done is released.
package final class ScriptLocks: Sendable {
    private struct LockState {
        var owner: ObjectIdentifier
        var depth = 1
        var waiting: [Waiter] = []
    }

    private struct Waiter: Sendable {
        let owner: ObjectIdentifier
        let resume: @Sendable () -> Void
    }

    /// A lock that more scripts wait for is refused.
    private static let waitingMax = 10_000

    private let states = Mutex<[ByteString: LockState]>([:])
    /// Where a message keeps what it holds of these locks.
    fileprivate let key = ContextKey<HeldLocks>()

    /// No lock is taken.
    package init() {}

    /// Takes a lock, at once or later.
    package func lock(_ name: ByteString, in context: ScriptContext) -> FunctionResult {
        let held = HeldLocks.of(context, self)
        let loop = context.worker.eventLoop
        let bound = NIOLoopBound((context, held, name), eventLoop: loop)
        let waiter = Waiter(owner: ObjectIdentifier(held)) {
            loop.execute {
                let (context, held, name) = bound.value
                held.names.append(name)
                context.resume(returning: 1)
            }
        }
        let result = states.withLock { states -> FunctionResult in
            guard var state = states[name] else {
                states[name.compacted()] = LockState(owner: waiter.owner)
                return .success
            }
            if state.owner == waiter.owner {
                state.depth += 1
                states[name] = state
                return .success
            }
            guard state.waiting.count < Self.waitingMax else { return .failure }
            state.waiting.append(waiter)
            states[name] = state
            return .suspended
        }
        if result == .success { held.names.append(name.compacted()) }
        return result
    }

    /// Takes a lock unless another message has it.
    package func tryLock(_ name: ByteString, in context: ScriptContext) -> Bool {
        let held = HeldLocks.of(context, self)
        let owner = ObjectIdentifier(held)
        let isTaken = states.withLock { states -> Bool in
            guard let state = states[name] else {
                states[name.compacted()] = LockState(owner: owner)
                return true
            }
            guard state.owner == owner else { return false }
            states[name]?.depth += 1
            return true
        }
        if isTaken { held.names.append(name.compacted()) }
        return isTaken
    }

    /// Gives back what a message forgot.
    package func releaseAll(of context: ScriptContext) {
        context[key]?.releaseAll()
    }

    /// Gives a lock back; false when this message does not hold it.
    package func unlock(_ name: ByteString, in context: ScriptContext) -> Bool {
        let held = HeldLocks.of(context, self)
        guard let index = held.names.lastIndex(of: name) else { return false }
        held.names.remove(at: index)
        release(name, of: ObjectIdentifier(held))
        return true
    }

    fileprivate func release(_ name: ByteString, of owner: ObjectIdentifier) {
        let next = states.withLock { states -> Waiter? in
            guard var state = states[name], state.owner == owner else { return nil }
            state.depth -= 1
            guard state.depth == 0 else {
                states[name] = state
                return nil
            }
            guard !state.waiting.isEmpty else {
                states[name] = nil
                return nil
            }
            let next = state.waiting.removeFirst()
            state.owner = next.owner
            state.depth = 1
            states[name] = state
            return next
        }
        next?.resume()
    }
}

/// The locks that one message holds.
final class HeldLocks {
    var names: [ByteString] = []
    private let locks: ScriptLocks

    private init(_ locks: ScriptLocks) {
        self.locks = locks
    }

    deinit { releaseAll() }

    static func of(_ context: ScriptContext, _ locks: ScriptLocks) -> HeldLocks {
        if let held = context[locks.key] { return held }
        let held = HeldLocks(locks)
        context[locks.key] = held
        return held
    }

    fileprivate func releaseAll() {
        for name in names { locks.release(name, of: ObjectIdentifier(self)) }
        names = []
    }
}
