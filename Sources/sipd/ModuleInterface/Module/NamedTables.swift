package import ScriptEngine
import Synchronization

/// The tables that calls in the script name, collected while it is compiled so that the start can look at them.
package final class NamedTables: Sendable {
    private let names = Mutex<Set<String>>([])

    /// No table.
    package init() {}

    /// Notes the table of an argument, when it is the same at each call.
    package func note(_ argument: Argument) {
        guard let name = argument.constant?.text.string, !name.isEmpty else { return }
        names.withLock { _ = $0.insert(name) }
    }

    /// All tables, sorted.
    package var all: [String] { names.withLock { $0.sorted() } }
}
