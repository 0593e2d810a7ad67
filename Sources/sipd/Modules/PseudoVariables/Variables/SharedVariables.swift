import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

/// `$shv(name)`: variables that all workers share.
package final class SharedVariableTable: Sendable {
    private let values = Mutex<[ByteString: ScriptValue]>([:])

    /// An empty table.
    init() {}

    /// The value of a variable, 0 until it is set.
    func value(of name: ByteString) -> ScriptValue {
        values.withLock { $0[name] ?? .integer(0) }
    }

    /// Sets a variable; null makes it 0.
    func set(_ name: ByteString, to value: ScriptValue) {
        values.withLock { $0[name.compacted()] = value.isNull ? .integer(0) : value.stored }
    }

    /// All variables.
    var all: [ByteString: ScriptValue] { values.withLock { $0 } }
}

enum SharedVariables {
    /// The table of the process, which `modparam` fills and the control socket shows.
    static let table = SharedVariableTable()

    static let all: [Variable] = [
        Variable(["shv"], inner: .required, summary: "variable that all workers share; 0 until it is set") {
            _, reference throws(ScriptError) in
            let name = reference.inner ?? ""
            return ScriptVariable(
                source: "$shv(" + name + ")", read: { _ in table.value(of: name) },
                write: { _, value in
                    table.set(name, to: value)
                    return true
                })
        }
    ]
}
