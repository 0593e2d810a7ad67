package import SIPMessage
package import ScriptEngine

/// Where the script's own lines go (`xlog`, `log`, run-time errors of statements).
package protocol ScriptLog: Sendable {
    /// Writes one line. Level is Kamailio's: -5 alert … 3 debug. The text may hold any bytes and line breaks.
    func write(level: Int, _ text: ByteString, in context: ScriptContext?)
    /// Whether a line at that level is written.
    func isLogged(level: Int) -> Bool
}
