package import SIPMessage
package import ScriptEngine
import Synchronization

/// Where the script's own lines go (`xlog`, `log`, run-time errors of statements).
package protocol ScriptLog: Sendable {
    /// Writes one line. Level is Kamailio's: -5 alert … 3 debug. The text may hold any bytes and line breaks.
    func write(level: Int, _ text: ByteString, in context: ScriptContext?)
    /// Whether a line at that level is written.
    func isLogged(level: Int) -> Bool
}

/// A level for the lines of the script that stands in place of the daemon's (Kamailio: `mod_level` of xlog).
package final class ScriptLogLevel: Sendable {
    private static let unset = Int.max
    private let level = Atomic<Int>(ScriptLogLevel.unset)

    /// None yet.
    package init() {}

    /// The level, or nil when the daemon's holds.
    package var value: Int? {
        get {
            let level = level.load(ordering: .relaxed)
            return level == Self.unset ? nil : level
        }
        set { level.store(newValue ?? Self.unset, ordering: .relaxed) }
    }
}
