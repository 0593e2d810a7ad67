import SIPMessage
import ScriptEngine
import Synchronization

/// A variable that a parameter names; compiled when all modules are known.
final class ScriptAttribute: Sendable {
    private let source: ByteString
    private let variable = Mutex<ScriptVariable?>(nil)

    init(source: ByteString) {
        self.source = source
    }

    func compile(_ formats: FormatCompiler, parameter: String) throws(ScriptError) {
        guard !source.isEmpty else { return }
        let compiled: ScriptVariable
        do { compiled = try formats.variable(source) } catch {
            throw ScriptError("parameter '\(parameter)': \(error.message)", hint: error.hint)
        }
        guard compiled.write != nil else {
            throw ScriptError("parameter '\(parameter)': '\(source)' cannot be written")
        }
        variable.withLock { $0 = compiled }
    }

    /// Sets the variable; false when the parameter names none.
    func write(_ value: ByteString, in context: ScriptContext) -> Bool {
        guard let write = variable.withLock({ $0 })?.write else { return false }
        return write(context, .string(value))
    }
}
