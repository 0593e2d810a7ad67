package import SIPMessage
import Synchronization

/// Gives each `$var(name)` of a configuration a place in `ScriptContext.variables`.
///
/// Shared by everything that compiles variables for one vocabulary, also while messages are processed
/// (`$_s()`-like functions that compile at run time), hence the lock.
package final class VariableSlots: Sendable {
    /// The name of the class: `$var`.
    static let className = "var"
    /// How many names there may be; run-time formats come from outside.
    static let countMax = 4096

    private let slots = Mutex<[ByteString: Int]>([:])

    /// No names yet.
    init() {}

    /// Binds `$var(name)`: 0 until it is set, and again after `$null` is assigned.
    package func variable(named name: ByteString, source: ByteString) throws(ScriptError) -> ScriptVariable {
        guard let slot = slot(of: name) else { throw ScriptError("more than \(Self.countMax) names in '$var()'") }
        return ScriptVariable(
            source: source,
            read: { $0.localVariable(slot) },
            write: { context, value in
                context.setLocalVariable(slot, to: value)
                return true
            })
    }

    /// All names with their places, in the order of the names.
    package var all: [(name: ByteString, place: Int)] {
        slots.withLock { slots in slots.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 } }
    }

    /// The place of a name, taken when it is new; nil when there are too many.
    func slot(of name: ByteString) -> Int? {
        slots.withLock { slots in
            if let slot = slots[name] { return slot }
            guard slots.count < Self.countMax else { return nil }
            let slot = slots.count
            slots[name.compacted()] = slot
            return slot
        }
    }
}

extension ScriptContext {
    /// The value of a `$var`.
    func localVariable(_ slot: Int) -> ScriptValue {
        slot < variables.count ? variables[slot] : .integer(0)
    }

    /// Sets a `$var`; it holds an integer or a text, never both and never nothing.
    func setLocalVariable(_ slot: Int, to value: ScriptValue) {
        while variables.count <= slot { variables.append(.integer(0)) }
        switch value {
        case .null: variables[slot] = .integer(0)
        case .integer, .string: variables[slot] = value
        case .both(_, let text): variables[slot] = .string(text)
        }
    }
}
