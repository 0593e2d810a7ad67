import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// Selects of the message, its addresses, the configuration and the system.
enum MessageSelects {
    typealias Reading = SelectCompiler.Reading
    typealias Steps = ArraySlice<SelectPath.Step>

    /// Headers that are selects of their own.
    private static let headers: [String: HeaderName] = [
        "call_id": .callID, "cseq": .cseq, "user_agent": .userAgent, "subject": .subject, "expires": .expires,
        "content_type": .contentType, "content_length": .contentLength, "max_forwards": .maxForwards, "event": .event,
        "identity": .identity, "date": .date, "rpid": .remotePartyID, "min_se": .minSE,
        "session_expires": .sessionExpires,
    ]

    static func header(_ name: String, _ rest: Steps) -> Reading? {
        guard let header = headers[name] else { return nil }
        guard let step = rest.first else { return { $0.message.firstText(header) } }
        guard name == "cseq", rest.count == 1 else { return nil }
        switch step.name {
        case "num": return { context in context.message.cseq.map { ByteString(integer: Int($0.number)) } }
        case "method": return { $0.message.cseq?.method.bytes }
        default: return nil
        }
    }

    static func message(_ rest: Steps) -> Reading? {
        guard let step = rest.first else { return { ByteString($0.message.buffer) } }
        switch (step.name, rest.count) {
        case ("first_line", 1):
            return { ByteString($0.message.buffer[$0.message.startLineRange]).trimmed() }
        case ("flags", 1): return { ByteString(integer: Int($0.flags)) }
        case ("len", 1): return { ByteString(integer: $0.message.buffer.count) }
        case ("type", 1): return { $0.message.isRequest ? "1" : "2" }
        case ("id", 1): return { ByteString(integer: Int(truncatingIfNeeded: $0.messageNumber)) }
        case ("body", 1): return { $0.message.bodyRange.isEmpty ? nil : $0.message.body }
        case ("header", 1):
            return { headerText($0.message) }
        case ("header", 2):
            let name = ByteString(rest[rest.startIndex + 1].name.replacing("_", with: "-"))
            return { context in context.message.firstHeader(named: name).map { context.message.text(of: $0) } }
        default: return nil
        }
    }

    private static func headerText(_ message: SIPMessage) -> ByteString {
        ByteString(message.buffer[message.headersStart..<message.bodyRange.lowerBound])
    }

    /// Addresses: `src.ip`, `dst.port`, `received.proto`.
    static func addresses(_ name: String, _ rest: Steps) -> Reading? {
        guard rest.count == 1, let step = rest.first else { return nil }
        let isSource = name == "src"
        let endpoint: @Sendable (ReceivedFrom) -> Endpoint = { received in
            isSource ? received.source : Endpoint(address: received.destination, port: received.socket.endpoint.port)
        }
        let read: @Sendable (ReceivedFrom) -> String
        switch step.name {
        case "ip": read = { endpoint($0).address.description }
        case "port": read = { String(endpoint($0).port.value) }
        case "ip_port": read = { endpoint($0).description }
        case "proto" where name == "received": read = { $0.transport.name }
        case "proto_ip_port" where name == "received": read = { "\($0.transport.name):\(endpoint($0))" }
        default: return nil
        }
        return { context in context.received.map { ByteString(read($0)) } }
    }

    /// `cfg_get.group.name`: a custom global, or a parameter of the core that can be changed.
    static func configuration(_ rest: Steps) -> Reading? {
        guard rest.count == 2 else { return nil }
        let group = rest[rest.startIndex].name
        let name = rest[rest.startIndex + 1].name
        return { $0.host.configurationValue(group: group, name: name)?.text }
    }

    static func system(_ rest: Steps) -> Reading? {
        switch rest.map(\.name) {
        case ["now"]: return { ByteString(integer: $0.host.wallClock.seconds) }
        case ["server_id"]: return { _ in "0" }
        default: return nil
        }
    }
}
