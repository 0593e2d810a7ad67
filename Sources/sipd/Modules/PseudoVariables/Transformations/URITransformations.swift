import SIPMessage
import ScriptEngine
import Suggestions

/// The class `uri`: parts of a URI.
///
/// What a text that is no URI would have is empty.
enum URITransformations {
    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        let name = operation.lowercased()
        if name == "param" {
            var arguments = TransformationArguments("uri", operation, arguments, formats)
            let wanted = try arguments.remainder()
            return { context, value in
                part(of: value) { uri in
                    ParameterText(uri.parameters).last(named: wanted.text(context))?.value
                }
            }
        }
        guard let reader = readers[name] else {
            let nearest = NearestName.of(name, among: Array(readers.keys) + ["param"])
            throw ScriptError(
                "unknown transformation 'uri.\(operation)'", hint: nearest.map { "did you mean 'uri.\($0)'?" })
        }
        guard arguments == nil else { throw ScriptError("'{uri.\(operation)}' takes no arguments") }
        return { _, value in part(of: value, reader) }
    }

    private static func part(of value: ScriptValue, _ read: (SIPURI) -> ByteString?) -> ScriptValue {
        guard !value.isNull, let uri = try? SIPURI.parse(value.text) else { return .null }
        return .string(read(uri) ?? "")
    }

    private static let readers: [String: @Sendable (SIPURI) -> ByteString?] = [
        "user": { $0.scriptUser },
        "host": { $0.scriptHost },
        "domain": { $0.scriptHost },
        "passwd": { $0.password },
        "port": { $0.port.map { ByteString(integer: Int($0)) } },
        "params": { $0.scheme == .tel ? nil : $0.parameters },
        "headers": { $0.headers },
        "transport": { $0.parameter(named: "transport").text },
        "ttl": { $0.parameter(named: "ttl").text },
        "uparam": { $0.parameter(named: "user").text },
        "maddr": { $0.parameter(named: "maddr").text },
        "method": { $0.parameter(named: "method").text },
        "lr": { $0.parameter(named: "lr").text },
        "r2": { $0.parameter(named: "r2").text },
        "scheme": { $0.schemeText },
        "tosocket": { socket(of: $0) },
        "duri": { $0.schemeText + ":" + destination(of: $0) },
        "saor": { $0.schemeText + ":" + userPrefix(of: $0) + $0.scriptHost },
        "suri": { $0.schemeText + ":" + userPrefix(of: $0) + destination(of: $0) },
    ]

    /// `tcp:host:port`, for URIs with a transport.
    private static func socket(of uri: SIPURI) -> ByteString? {
        guard let transport = uri.parameter(named: "transport").text else { return nil }
        let port = ByteString(integer: Int(uri.port ?? 5060))
        return transport.lowercased() + ":" + uri.scriptHost + ":" + port
    }

    private static func destination(of uri: SIPURI) -> ByteString {
        var text = uri.scriptHost
        if let port = uri.port { text += ":" + ByteString(integer: Int(port)) }
        if let transport = uri.parameter(named: "transport").text { text += ";transport=" + transport }
        return text
    }

    private static func userPrefix(of uri: SIPURI) -> ByteString {
        uri.scriptUser.map { $0.isEmpty ? "" : $0 + "@" } ?? ""
    }
}

extension SIPURI {
    /// The scheme as written.
    var schemeText: ByteString {
        ByteString(bytes.bytes.prefix { $0 != UInt8(ascii: ":") })
    }

    /// The user, the number of a TEL URI, or the first part of a URN.
    var scriptUser: ByteString? {
        scheme == .urn ? urnParts?.name : user
    }

    /// The host, or the second part of a URN.
    var scriptHost: ByteString {
        scheme == .urn ? urnParts?.rest ?? "" : host
    }

    private var urnParts: (name: ByteString, rest: ByteString)? {
        guard let colon = opaque.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return (ByteString(opaque.bytes[..<colon]), ByteString(opaque.bytes[(colon + 1)...]))
    }
}
