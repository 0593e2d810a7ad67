import NetworkAddress
package import SIPMessage
package import ScriptEngine

/// Resolves selects (`@from.uri.host`, `$sel(via[2].branch)`) to what reads them.
package enum SelectCompiler {
    /// Reads a select for the message being processed; nil when it has no value.
    package typealias Reading = @Sendable (ScriptContext) -> ByteString?

    /// The select as a variable.
    package static func variable(_ text: ByteString) throws(ScriptError) -> ScriptVariable {
        let read = try compile(text)
        return ScriptVariable(source: "@" + text) { context in read(context).map { .string($0) } ?? .null }
    }

    private static func compile(_ text: ByteString) throws(ScriptError) -> Reading {
        let path = try SelectPath(text)
        let rest = path.steps.dropFirst()
        guard let read = try named(path.steps[0], rest) else {
            throw ScriptError("select '@\(text.string)' is unknown")
        }
        return read
    }

    private static func named(_ first: SelectPath.Step, _ rest: ArraySlice<SelectPath.Step>) throws(ScriptError)
        -> Reading?
    {
        switch first.name {
        case "from", "f": AddressSelects.party(rest, { $0.message.from }, .from)
        case "to", "t": AddressSelects.party(rest, { $0.message.to }, .to)
        case "contact", "m": AddressSelects.contact(rest)
        case "refer_to": AddressSelects.header(rest, .referTo)
        case "remote_party_id": AddressSelects.header(rest, .remotePartyID)
        case "record_route", "rr": AddressSelects.header(rest, .recordRoute)
        case "ruri": AddressSelects.uri(rest) { AddressSelects.readable($0.target.uri ?? $0.message.requestURI) }
        case "dst_uri": AddressSelects.uri(rest) { $0.target.destination }
        case "next_hop": AddressSelects.uri(rest) { $0.target.destination ?? $0.target.uri ?? $0.message.requestURI }
        case "via", "v": ViaSelects.compile(first.index, rest)
        case "msg": MessageSelects.message(rest)
        case "src", "dst", "received": MessageSelects.addresses(first.name, rest)
        case "cfg_get": MessageSelects.configuration(rest)
        case "sys": MessageSelects.system(rest)
        case "hf_value", "hf_value2", "hf_value_exists": HeaderSelects.compile(first.name, rest)
        default: MessageSelects.header(first.name, rest)
        }
    }
}
