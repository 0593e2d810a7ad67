import SIPMessage
import ScriptEngine
import Synchronization

/// A variable that a parameter names, compiled when all modules are known.
final class ScriptTarget: Sendable {
    private let parameter: String
    private let source: ByteString
    private let variable = Mutex<ScriptVariable?>(nil)

    init(_ parameter: String, _ source: ByteString?) {
        self.parameter = parameter
        self.source = source ?? ""
    }

    /// Whether the parameter is set.
    var isSet: Bool { !source.isEmpty }

    func compile(_ formats: FormatCompiler, writes: Bool) throws(ScriptError) {
        guard isSet else { return }
        let compiled: ScriptVariable
        do { compiled = try formats.variable(source) } catch {
            throw ScriptError("parameter '\(parameter)': \(error.message)", hint: error.hint)
        }
        if writes, compiled.write == nil {
            throw ScriptError("parameter '\(parameter)': '\(source)' cannot be written")
        }
        variable.withLock { $0 = compiled }
    }

    /// The value, null when the parameter is not set.
    func read(_ context: ScriptContext) -> ScriptValue {
        variable.withLock { $0 }?.read(context) ?? .null
    }

    /// Sets the variable, if there is one.
    func write(_ value: ScriptValue, _ context: ScriptContext) {
        _ = variable.withLock { $0 }?.write?(context, value)
    }
}
