import ModuleInterface
import SIPMessage
import ScriptEngine
import Suggestions

typealias Variable = VariableDescription<PseudoVariablesModule>
/// Reads a variable for the message being processed.
typealias Reading = @Sendable (ScriptContext) -> ScriptValue
/// Writes a variable; false when the value was refused.
typealias Writing = @Sendable (ScriptContext, ScriptValue) -> Bool

/// Short forms for the definitions of variables.
enum VariableBuilder {
    /// A variable without a name in parentheses.
    static func plain(
        _ names: String..., summary: String, write: Writing? = nil, read: @escaping Reading
    ) -> Variable {
        Variable(names, summary: summary) { _, reference in
            ScriptVariable(source: ByteString("$" + reference.name), read: read, write: write)
        }
    }

    /// A variable that is a text or undefined.
    static func text(
        _ names: String..., summary: String, write: Writing? = nil,
        read: @escaping @Sendable (ScriptContext) -> ByteString?
    ) -> Variable {
        Variable(names, summary: summary) { _, reference in
            ScriptVariable(
                source: ByteString("$" + reference.name), read: { ScriptValue(text: read($0)) }, write: write)
        }
    }

    /// A variable that is a number or undefined.
    static func number(
        _ names: String..., summary: String, write: Writing? = nil,
        read: @escaping @Sendable (ScriptContext) -> Int?
    ) -> Variable {
        Variable(names, summary: summary) { _, reference in
            ScriptVariable(
                source: ByteString("$" + reference.name), read: { read($0).map { .integer($0) } ?? .null },
                write: write)
        }
    }

    /// A class whose name in parentheses is one of a few words: `$time(year)`.
    static func keyed(
        _ names: String..., indexed: Bool = false, summary: String, keys: [String: Reading]
    ) -> Variable {
        Variable(names, inner: .required, indexed: indexed, summary: summary) { _, reference throws(ScriptError) in
            let key = reference.inner?.string ?? ""
            guard let read = keys[key] else { throw unknownKey(key, of: reference.name, among: keys.keys) }
            return ScriptVariable(source: ByteString("$\(reference.name)(\(key))"), read: read)
        }
    }

    /// The error for a word in parentheses that is not known.
    static func unknownKey(
        _ key: String, of name: String, among keys: some Collection<String>
    ) -> ScriptError {
        let nearest = NearestName.of(key, among: keys)
        return ScriptError(
            "unknown name '\(key)' in '$\(name)()'",
            hint: nearest.map { "did you mean '\($0)'?" } ?? "known are \(keys.sorted().joined(separator: ", "))")
    }
}

extension ScriptValue {
    /// A text, or nothing.
    init(text: ByteString?) {
        self = text.map { .string($0) } ?? .null
    }
}
