import NetworkAddress
import SIPMessage
import ScriptEngine

/// `$ru` and its parts, `$ou`, `$du`: where the request goes.
enum RequestURIVariables {
    static let all: [Variable] =
        requestURI + original + destination + [
            VariableBuilder.keyed(
                "nh", summary: "next hop: $du, or the Request-URI",
                keys: [
                    "u": { ScriptValue(text: nextHop($0)) },
                    "U": { ScriptValue(text: parsed(nextHop($0))?.scriptUser?.nonEmpty) },
                    "d": { ScriptValue(text: parsed(nextHop($0))?.scriptHost.nonEmpty) },
                    "p": { port(parsed(nextHop($0))) },
                    "P": { transport(parsed(nextHop($0))) },
                    "i": { .integer(parsed(nextHop($0)).map { addressFamily($0) } ?? 0) },
                ])
        ]

    private static let requestURI: [Variable] = [
        VariableBuilder.text(
            "ru", "ruri", summary: "Request-URI; $null is refused", write: { setURI($0, $1) }, read: { current($0) }),
        VariableBuilder.text(
            "rU", "ruri.user", summary: "user of the Request-URI; $null removes it", write: { setUser($0, $1) },
            read: { parsed(current($0))?.scriptUser?.nonEmpty }),
        VariableBuilder.number("rUl", summary: "length of $rU") {
            parsed(current($0)).map { $0.scriptUser?.count ?? 0 }
        },
        VariableBuilder.text(
            "rd", "ruri.domain", summary: "host of the Request-URI", write: { setHost($0, $1) },
            read: { parsed(current($0))?.scriptHost.nonEmpty }),
        VariableBuilder.plain(
            "rp", summary: "port of the Request-URI, also when it is the default one", write: { setPort($0, $1) },
            read: { port(parsed(current($0))) }),
        VariableBuilder.plain("rP", summary: "transport of the Request-URI") { transport(parsed(current($0))) },
        VariableBuilder.plain("rz", summary: "scheme of the Request-URI") { scheme(parsed(current($0))) },
    ]

    private static let original: [Variable] = [
        VariableBuilder.text("ou", "ouri", summary: "Request-URI as it was received") { original($0) },
        VariableBuilder.text("oU", summary: "user of the received Request-URI") {
            parsed($0.message.requestURI)?.scriptUser?.nonEmpty
        },
        VariableBuilder.number("oUl", summary: "length of $oU") {
            parsed($0.message.requestURI).map { $0.scriptUser?.count ?? 0 }
        },
        VariableBuilder.text("od", summary: "host of the received Request-URI") {
            parsed($0.message.requestURI)?.scriptHost.nonEmpty
        },
        VariableBuilder.plain("op", summary: "port of the received Request-URI") {
            port(parsed($0.message.requestURI))
        },
        VariableBuilder.plain("oP", summary: "transport of the received Request-URI") {
            transport(parsed($0.message.requestURI))
        },
    ]

    private static let destination: [Variable] = [
        VariableBuilder.text(
            "du", "duri", summary: "destination URI, which goes before the Request-URI; $null clears it",
            write: { setDestination($0, $1) }, read: { $0.target.destination }),
        VariableBuilder.text("dd", summary: "host of the destination URI") {
            parsed($0.target.destination)?.scriptHost.nonEmpty
        },
        VariableBuilder.plain("dp", summary: "port of the destination URI") { port(parsed($0.target.destination)) },
        VariableBuilder.plain("dP", summary: "transport of the destination URI") {
            transport(parsed($0.target.destination))
        },
        VariableBuilder.text("ds", summary: "destination set of a redirect; undefined here, as in Kamailio 5.6") { _ in
            nil
        },
    ]

    // MARK: - Reading

    /// The Request-URI as the script has changed it; nil in replies and when it is no URI of a known scheme.
    static func current(_ context: ScriptContext) -> ByteString? {
        known(context.target.uri ?? context.message.requestURI)
    }

    /// The Request-URI as it was received, under the same condition.
    private static func original(_ context: ScriptContext) -> ByteString? {
        known(context.message.requestURI)
    }

    private static func known(_ text: ByteString?) -> ByteString? {
        parsed(text) == nil ? nil : text
    }

    /// The URI; nil when it cannot be read, or its scheme is none of SIP, SIPS, tel and URN.
    static func parsed(_ text: ByteString?) -> SIPURI? {
        guard let uri = text.flatMap({ try? SIPURI.parse($0) }) else { return nil }
        switch uri.scheme {
        case .sip, .sips, .urn: return uri
        case .tel: return uri.raw.count > 4 ? uri : nil
        case .other: return nil
        }
    }

    private static func nextHop(_ context: ScriptContext) -> ByteString? {
        context.target.destination ?? context.target.uri ?? context.message.requestURI
    }

    /// 4 or 6 when the host is an address, otherwise 0.
    private static func addressFamily(_ uri: SIPURI) -> Int {
        guard let address = IPAddress(uri.host.bytes) else { return 0 }
        return address.family == .v6 ? 6 : 4
    }

    private static func isTelephone(_ uri: SIPURI) -> Bool {
        uri.parameter(named: "user").text == "phone"
    }

    /// The port with its text: the default one when none is given.
    static func port(_ uri: SIPURI?) -> ScriptValue {
        guard let uri else { return .null }
        let isTLS = uri.parameter(named: "transport").text?.equalsIgnoringCase("tls") ?? false
        let number = Int(uri.port ?? (isTLS ? 5061 : 5060))
        return .both(number, ByteString(integer: number))
    }

    /// The transport with Kamailio's number: UDP when none is given.
    static func transport(_ uri: SIPURI?) -> ScriptValue {
        guard let uri else { return .null }
        guard let name = uri.parameter(named: "transport").text else { return .both(1, "UDP") }
        return .both(TransportProtocol(name.bytes).map { Int($0.rawValue) } ?? 0, name)
    }

    private static func scheme(_ uri: SIPURI?) -> ScriptValue {
        guard let uri else { return .null }
        if isTelephone(uri) { return .both(3, "tel") }
        return switch uri.scheme {
        case .sip: .both(1, "sip")
        case .sips: .both(2, "sips")
        case .tel: .both(3, "tel")
        case .urn: .both(5, "urn")
        case .other: .null
        }
    }

    // MARK: - Writing

    static func setURI(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        guard case .string(let text) = value.asText else { return false }
        context.target.uri = text.compacted()
        return true
    }

    static func setUser(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        switch value.asText {
        case .null: return change(context) { $0.user = nil }
        case .string(let user): return change(context) { $0.user = user.isEmpty ? nil : user }
        case .integer, .both: return false
        }
    }

    static func setHost(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        guard case .string(let host) = value.asText, !host.isEmpty else { return false }
        return change(context) { $0.host = host }
    }

    static func setPort(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        if value.isNull { return change(context) { $0.port = nil } }
        guard let number = value.text.integerValue, let port = UInt16(exactly: number) else { return false }
        return change(context) { $0.port = port }
    }

    /// Changes the Request-URI; false when there is none that can be changed.
    static func change(_ context: ScriptContext, _ edit: (inout SIPURI) -> Void) -> Bool {
        guard var uri = parsed(current(context)) else { return false }
        edit(&uri)
        context.target.uri = uri.bytes.compacted()
        return true
    }

    private static func setDestination(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        switch value.asText {
        case .null: context.target.destination = nil
        case .string(let text): context.target.destination = text.isEmpty ? nil : text.compacted()
        case .integer, .both: return false
        }
        return true
    }
}

extension ByteString {
    /// The text, or nil when it is empty.
    var nonEmpty: ByteString? { isEmpty ? nil : self }
}

extension ScriptValue {
    /// The value as a text where it has one: variables made of a number and its text count as texts.
    var asText: ScriptValue {
        if case .both(_, let text) = self { .string(text) } else { self }
    }
}
