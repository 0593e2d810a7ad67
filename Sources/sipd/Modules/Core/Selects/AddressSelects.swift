import SIPMessage
import ScriptEngine

/// Selects below From, To, Contact and other headers with addresses, and below URIs.
enum AddressSelects {
    typealias Reading = SelectCompiler.Reading
    typealias Steps = ArraySlice<SelectPath.Step>

    static func party(
        _ rest: Steps, _ address: @escaping @Sendable (ScriptContext) -> NameAddress?, _ header: HeaderName
    ) -> Reading? {
        guard !rest.isEmpty else { return { $0.message.firstText(header) } }
        return part(of: rest, address)
    }

    static func header(_ rest: Steps, _ header: HeaderName) -> Reading? {
        guard !rest.isEmpty else { return { $0.message.firstText(header) } }
        return part(of: rest) { context in
            context.message.values(header).first.flatMap { try? NameAddress.parse($0) }
        }
    }

    static func contact(_ rest: Steps) -> Reading? {
        guard let step = rest.first else { return { $0.message.firstText(.contact) } }
        let address: @Sendable (ScriptContext) -> NameAddress? = { context in
            // Kamailio's list of contacts begins with the last one of the first header.
            guard let field = context.message.firstHeader(.contact) else { return nil }
            return Array(context.message.values(of: field)).last.flatMap { try? NameAddress.parse($0) }
        }
        guard rest.count == 1 else { return part(of: rest, address) }
        switch step.name {
        case "q", "expires", "methods", "received":
            return { address($0)?.parameter(named: step.name).text?.unquoted() }
        case "instance": return { address($0)?.parameter(named: "+sip.instance").text?.unquoted() }
        default: return part(of: rest, address)
        }
    }

    /// `uri…`, `name`, `tag`, `params.x` of an address.
    private static func part(
        of rest: Steps, _ address: @escaping @Sendable (ScriptContext) -> NameAddress?
    ) -> Reading? {
        guard let step = rest.first else { return nil }
        switch (step.name, rest.count) {
        case ("uri", _): return uri(rest.dropFirst()) { address($0)?.uri }
        case ("name", 1): return { address($0).flatMap { $0.displayName.isEmpty ? nil : $0.displayName } }
        case ("tag", 1): return { address($0)?.tag }
        case ("params", 2):
            let name = rest[rest.startIndex + 1].name
            return { address($0)?.parameter(named: name).text?.unquoted() }
        default: return nil
        }
    }

    // MARK: - URIs

    static func uri(_ rest: Steps, _ text: @escaping Reading) -> Reading? {
        guard let step = rest.first else { return text }
        if step.name == "params" {
            guard rest.count == 2 else { return rest.count == 1 ? parsed(text) { parameters($0) } : nil }
            let name = rest[rest.startIndex + 1].name
            return parsed(text) { $0.parameter(named: name).text }
        }
        guard rest.count == 1 else { return nil }
        switch step.name {
        case "type": return parsed(text) { type($0) }
        case "user": return parsed(text) { nonEmpty($0.scheme == .urn ? urn($0).name : $0.user) }
        case "pwd": return parsed(text) { $0.password }
        case "host": return parsed(text) { nonEmpty($0.scheme == .urn ? urn($0).rest : $0.host) }
        case "port": return parsed(text) { $0.port.map { ByteString(integer: Int($0)) } }
        case "transport": return parsed(text) { $0.parameter(named: "transport").text ?? "udp" }
        case "hostport":
            return parsed(text) { uri in
                nonEmpty(uri.host).map { $0 + ":" + ByteString(integer: Int(uri.port ?? 5060)) }
            }
        default: return nil
        }
    }

    /// A URI that can be read, otherwise nil.
    static func readable(_ text: ByteString?) -> ByteString? {
        guard let uri = text.flatMap({ try? SIPURI.parse($0) }) else { return nil }
        if case .other = uri.scheme { return nil }
        return text
    }

    private static func parsed(
        _ text: @escaping Reading, _ read: @escaping @Sendable (SIPURI) -> ByteString?
    ) -> Reading {
        { context in text(context).flatMap { try? SIPURI.parse($0) }.flatMap(read) }
    }

    /// The parameters; a URI of a telephone number keeps them to itself, as in Kamailio.
    private static func parameters(_ uri: SIPURI) -> ByteString? {
        uri.parameter(named: "user").text == "phone" ? nil : nonEmpty(uri.parameters)
    }

    private static func type(_ uri: SIPURI) -> ByteString {
        uri.parameter(named: "user").text == "phone" ? "tel" : uri.scheme.bytes
    }

    private static func urn(_ uri: SIPURI) -> (name: ByteString?, rest: ByteString?) {
        let parts = uri.opaque.split(on: UInt8(ascii: ":"))
        return (parts.first, parts.count > 1 ? parts[1] : nil)
    }

    private static func nonEmpty(_ text: ByteString?) -> ByteString? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
