import ModuleInterface
import SIPMessage
import ScriptEngine

/// `$mf`, `$bf`, `$sf` and their relatives: flags of the message, the branch and the script.
enum FlagVariables {
    static let all: [Variable] =
        family(
            "m", "message", read: { $0.flags }, write: { $0.flags = $1 })
        + family("b", "branch", read: { $0.target.flags }, write: { $0.target.flags = $1 })
        + family("s", "script", read: { $0.scriptFlags }, write: { $0.scriptFlags = $1 })

    private static func family(
        _ letter: String, _ what: String, read: @escaping @Sendable (ScriptContext) -> UInt32,
        write: @escaping @Sendable (ScriptContext, UInt32) -> Void
    ) -> [Variable] {
        let set: Writing = { context, value in
            guard !value.isNull else {
                write(context, 0)
                return true
            }
            guard case .integer(let number) = value else { return false }
            write(context, UInt32(truncatingIfNeeded: number))
            return true
        }
        return [
            VariableBuilder.number(letter + "f", summary: "\(what) flags as a number", write: set) {
                Int(Int32(bitPattern: read($0)))
            },
            VariableBuilder.text(letter + "F", summary: "\(what) flags in hexadecimal", write: set) {
                let digits = String(read($0), radix: 16)
                return ByteString(String(repeating: "0", count: 8 - digits.count) + digits)
            },
            single(letter.uppercased() + "f", what, read: read),
        ]
    }

    /// `$Mf(name)`: one flag, by number or by the name that `flags` declares.
    private static func single(
        _ name: String, _ what: String, read: @escaping @Sendable (ScriptContext) -> UInt32
    ) -> Variable {
        Variable([name], inner: .required, summary: "1 when a \(what) flag is set, otherwise 0") {
            module, reference throws(ScriptError) in
            let text = reference.inner ?? ""
            guard let number = text.integerValue ?? module.server.settings.flagNames[text.string],
                (0...31).contains(number)
            else { throw ScriptError("flag '\(text.string)' is not declared", hint: "add: flags \(text.string)") }
            return ScriptVariable(source: ByteString("$\(name)")) { context in
                .integer(read(context) >> UInt32(number) & 1 == 1 ? 1 : 0)
            }
        }
    }
}
