import SIPMessage
import ScriptEngine

/// `hf_value.NAME` and its relatives: values of any header, `_` standing for `-`.
enum HeaderSelects {
    static func compile(_ kind: String, _ rest: ArraySlice<SelectPath.Step>) -> SelectCompiler.Reading? {
        guard let step = rest.first else { return nil }
        let name = ByteString(step.name.replacing("_", with: "-"))
        let below = Array(rest.dropFirst())
        if kind == "hf_value_exists" {
            guard below.count == 1 else { return nil }
            let wanted = ByteString(below[0].name)
            return { context in values(name, context).contains { $0.equalsIgnoringCase(wanted) } ? "1" : "0" }
        }
        let value: @Sendable (ScriptContext) -> ByteString? = { context in
            let found = values(name, context)
            guard !found.isEmpty else { return nil }
            guard let index = step.index else {
                let separator: [UInt8] = kind == "hf_value2" ? [0x2C, 0x20] : [0x2C]
                return ByteString(Array(found.map(\.bytes).joined(separator: separator)))
            }
            let position = index < 0 ? found.count + index : index - 1
            return found.indices.contains(position) ? found[position] : nil
        }
        guard let part = below.first else { return value }
        switch (part.name, below.count) {
        case ("name", 1): return address(value) { $0.displayName.unquoted() }
        case ("uri", 1): return address(value) { $0.uri }
        case ("nameaddr", 2) where below[1].name == "uri": return address(value) { $0.uri }
        case ("nameaddr", 2) where below[1].name == "name": return address(value) { $0.displayName.unquoted() }
        case ("p", 2), ("param", 2), ("params", 2):
            guard step.index != nil else { return value }
            let parameter = below[1].name
            return { context in
                guard let text = value(context), let semicolon = text.firstIndex(of: UInt8(ascii: ";")) else {
                    return nil
                }
                return ParameterList(ByteString(text.bytes[semicolon...])).value(named: parameter).text?.unquoted()
            }
        default: return nil
        }
    }

    private static func values(_ name: ByteString, _ context: ScriptContext) -> [ByteString] {
        context.message.headers(named: name).flatMap { context.message.values(of: $0) }
    }

    private static func address(
        _ value: @escaping @Sendable (ScriptContext) -> ByteString?,
        _ read: @escaping @Sendable (NameAddress) -> ByteString
    ) -> SelectCompiler.Reading {
        { context in value(context).flatMap { try? NameAddress.parse($0) }.map(read) }
    }
}
