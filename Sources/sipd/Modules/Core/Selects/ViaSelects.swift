import SIPMessage
import ScriptEngine

/// Selects below Via: `via[1]` is the topmost value, `via[-1]` the last.
enum ViaSelects {
    static func compile(_ index: Int?, _ rest: ArraySlice<SelectPath.Step>) -> SelectCompiler.Reading? {
        if rest.isEmpty, index == nil { return { $0.message.firstText(.via) } }
        let value: @Sendable (ScriptContext) -> ByteString? = { context in
            let values = context.message.values(.via)
            let wanted = index ?? 1
            let position = wanted < 0 ? values.count + wanted : wanted - 1
            return values.indices.contains(position) ? values[position] : nil
        }
        guard let step = rest.first else { return value }
        let read: @Sendable (Via) -> ByteString?
        switch (step.name, rest.count) {
        case ("name", 1): read = { $0.protocolVersion.split(on: UInt8(ascii: "/")).first }
        case ("version", 1): read = { $0.protocolVersion.split(on: UInt8(ascii: "/")).last }
        case ("transport", 1): read = { $0.transport }
        case ("host", 1): read = { $0.host }
        case ("port", 1): read = { $0.port.map { ByteString(integer: Int($0)) } }
        case ("comment", 1): read = { _ in nil }
        case ("branch", 1), ("received", 1), ("rport", 1), ("i", 1), ("alias", 1):
            read = { $0.parameter(named: step.name).text }
        case ("params", 2):
            let name = rest[rest.startIndex + 1].name
            read = { $0.parameter(named: name).text }
        default: return nil
        }
        return { context in value(context).flatMap { try? Via.parse($0) }.flatMap(read) }
    }
}
