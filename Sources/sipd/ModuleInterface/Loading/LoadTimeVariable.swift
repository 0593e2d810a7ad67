import SIPMessage
import ScriptSyntax

/// A bare variable as the value of `modparamx`: `modparamx("tm", "fr_timer", $defn(TIMER))`.
///
/// Only those that mean something before the first message are evaluated; all others are undefined then, which a
/// parameter takes as 0 (Kamailio: `modparamx`).
struct LoadTimeVariable {
    private let name: Substring
    private let inner: String

    /// Takes `$name(inner)` apart; nil for another form.
    init?(_ text: String) {
        guard text.hasPrefix("$"), text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
        name = text[text.index(after: text.startIndex)..<open]
        inner = String(text[text.index(after: open)...].dropLast())
    }

    /// The value; nil when the variable is undefined.
    func value(_ defines: [String: DefinedName]) -> ParameterValue? {
        guard let define = defines[inner] else { return nil }
        let text = define.text.map { ByteString($0.bytes) } ?? ""
        switch name {
        case "def", "defv": return define.text == nil ? nil : .string(text)
        case "defs": return .string("\"" + text + "\"")
        case "defn": return .integer(text.integerValue ?? 0)
        default: return nil
        }
    }
}
