import NetworkAddress
import SIPMessage
import ScriptEngine

/// The class `sock`: parts of a socket like `udp:127.0.0.1:5060`.
enum SocketTransformations {
    private struct Parts {
        var transport: TransportProtocol?
        var host: ByteString
        var port: UInt16?
    }

    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        switch operation.lowercased() {
        case "host": { _, value in parts(of: value).map { .string($0.host) } ?? .null }
        case "port":
            { _, value in
                guard let parts = parts(of: value) else { return .null }
                return .string(parts.port.map { ByteString(integer: Int($0)) } ?? "")
            }
        case "proto": { _, value in parts(of: value).map { .string(ByteString($0.transport?.name ?? "")) } ?? .null }
        case "touri": { _, value in parts(of: value).map { .string(uri(of: $0)) } ?? .null }
        default:
            throw ScriptError(
                "unknown transformation 'sock.\(operation)'", hint: "'host', 'port', 'proto' and 'touri' are known")
        }
    }

    private static func uri(of parts: Parts) -> ByteString {
        var text: ByteString = "sip:" + parts.host
        if let port = parts.port { text += ":" + ByteString(integer: Int(port)) }
        if let transport = parts.transport { text += ";transport=" + ByteString(transport.name) }
        return text
    }

    private static func parts(of value: ScriptValue) -> Parts? {
        guard !value.isNull else { return nil }
        var rest = value.text
        var transport: TransportProtocol?
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")),
            let named = TransportProtocol(rest.bytes[..<colon])
        {
            guard named != .sctp else { return nil }
            transport = named
            rest = ByteString(rest.bytes[(colon + 1)...])
        }
        guard !rest.isEmpty else { return nil }
        let behindHost = rest.first == UInt8(ascii: "[") ? rest.firstIndex(of: UInt8(ascii: "]")) : nil
        let searched = ByteString(rest.bytes[(behindHost ?? rest.bytes.startIndex)...])
        guard let colon = searched.firstIndex(of: UInt8(ascii: ":")) else {
            return Parts(transport: transport, host: rest, port: nil)
        }
        guard let port = Port(rest.bytes[(colon + 1)...]) else { return nil }
        return Parts(transport: transport, host: ByteString(rest.bytes[..<colon]), port: port.value)
    }
}

/// The class `urialias`: `host~port~transport`, the form in which nathelper hides an address in a Contact.
enum AliasTransformations {
    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        switch operation.lowercased() {
        case "encode":
            { _, value in
                guard !value.isNull, let uri = try? SIPURI.parse(value.text), !uri.host.isEmpty else { return .null }
                let transport = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) } ?? .udp
                let port = uri.port ?? transport.defaultPort.value
                return .string(
                    uri.host + "~" + ByteString(integer: Int(port)) + "~"
                        + ByteString(integer: Int(transport.rawValue)))
            }
        case "decode":
            { _, value in
                let parts = value.text.split(on: UInt8(ascii: "~"))
                guard !value.isNull, parts.count == 3, let number = parts[2].integerValue,
                    let transport = UInt8(exactly: number).flatMap({ TransportProtocol(rawValue: $0) })
                else { return .null }
                let uri: ByteString = "sip:" + parts[0] + ":" + parts[1]
                return .string(transport == .udp ? uri : uri + ";transport=" + ByteString(transport.name))
            }
        default:
            throw ScriptError(
                "unknown transformation 'urialias.\(operation)'", hint: "'encode' and 'decode' are known")
        }
    }
}
