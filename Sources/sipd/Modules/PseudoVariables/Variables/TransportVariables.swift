import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// `$si`, `$Ri`, `$fs`, `$via0(host)`, …: addresses and sockets.
enum TransportVariables {
    static let all: [Variable] =
        source + local + socket + sending + vias + [
            VariableBuilder.keyed(
                "af", summary: "address family of the source",
                keys: [
                    "id": { $0.received.map { .integer($0.source.address.isIPv4 ? 2 : 10) } ?? .null },
                    "name": { $0.received.map { .string($0.source.address.isIPv4 ? "IPv4" : "IPv6") } ?? .null },
                ]),
            VariableBuilder.keyed(
                "K", summary: "numbers of address families and transports",
                keys: [
                    "IPv4": { _ in .integer(2) }, "INET": { _ in .integer(2) }, "IPv6": { _ in .integer(10) },
                    "INET6": { _ in .integer(10) }, "UDP": { _ in .integer(1) }, "TCP": { _ in .integer(2) },
                    "TLS": { _ in .integer(3) }, "SCTP": { _ in .integer(4) }, "WS": { _ in .integer(5) },
                    "WSS": { _ in .integer(6) },
                ]),
        ]

    private static let source: [Variable] = [
        VariableBuilder.text("si", "src_ip", summary: "source address") { $0.received.map { text($0.source.address) } },
        VariableBuilder.text("siz", summary: "source address, IPv6 in brackets") {
            $0.received.map { bracketed($0.source.address) }
        },
        VariableBuilder.number("sp", summary: "source port") { $0.received.map { Int($0.source.port.value) } },
        VariableBuilder.plain("pr", "proto", summary: "transport the message came over") { context in
            context.received.map { .both(Int($0.transport.rawValue), ByteString($0.transport.name)) } ?? .null
        },
        VariableBuilder.number("prid", summary: "number of the transport the message came over") {
            $0.received.map { Int($0.transport.rawValue) }
        },
        VariableBuilder.text("sas", summary: "transport, source address and port: udp:192.0.2.1:5060") {
            $0.received.map { socketText($0.transport, $0.source) }
        },
        VariableBuilder.text("su", summary: "source as a URI; the transport is shown unless it is UDP") {
            $0.received.map { uri($0.source, $0.transport, shows: $0.transport != .udp) }
        },
        VariableBuilder.text("sut", summary: "source as a URI with transport") {
            $0.received.map { uri($0.source, $0.transport, shows: true) }
        },
        VariableBuilder.number("conid", summary: "number of the connection the message came over") {
            $0.received?.connection.map { Int(truncatingIfNeeded: $0.rawValue) }
        },
    ]

    private static let local: [Variable] = [
        VariableBuilder.text("Ri", summary: "local address the message came to") {
            $0.received.map { text($0.destination) }
        },
        VariableBuilder.number("Rp", summary: "local port the message came to") {
            $0.received.map { Int($0.socket.endpoint.port.value) }
        },
        VariableBuilder.text("Rn", summary: "name of the socket the message came to") {
            $0.received?.socket.name.map { ByteString($0) }
        },
        VariableBuilder.text("Ru", summary: "socket as a URI; the transport is shown unless it is UDP") {
            $0.received.map { uri($0.socket.endpoint, $0.transport, shows: $0.transport != .udp) }
        },
        VariableBuilder.text("Rut", summary: "socket as a URI with transport") {
            $0.received.map { uri($0.socket.endpoint, $0.transport, shows: true) }
        },
        VariableBuilder.text("Ras", summary: "socket: udp:192.0.2.1:5060") {
            $0.received.map { socketText($0.transport, $0.socket.endpoint) }
        },
        VariableBuilder.text("RAi", summary: "advertised address of the socket, or its own") {
            $0.received.map { ByteString($0.socket.hostText) }
        },
        VariableBuilder.number("RAp", summary: "advertised port of the socket, or its own") {
            $0.received.map { Int($0.socket.portText.value) }
        },
        VariableBuilder.text("RAu", summary: "advertised socket as a URI; the transport is shown unless it is UDP") {
            $0.received.map { advertised($0, shows: $0.transport != .udp) }
        },
        VariableBuilder.text("RAut", summary: "advertised socket as a URI with transport") {
            $0.received.map { advertised($0, shows: true) }
        },
    ]

    private static let socket: [Variable] = [
        VariableBuilder.text(
            "fs", summary: "socket to send from: udp:192.0.2.1:5060; $null gives the choice back",
            write: { setSocket($0, $1) }, read: { $0.target.socket.map { ByteString($0.description) } }),
        VariableBuilder.text(
            "fsn", summary: "name of the socket to send from", write: { setSocketName($0, $1) },
            read: { $0.target.socket?.name.map { ByteString($0) } }),
        VariableBuilder.number("fsp", summary: "number of the transport of the socket to send from, 0 without one") {
            $0.target.socket.map { Int($0.transport.rawValue) } ?? 0
        },
    ]

    /// `$sndto(ip)`, `$sndfrom(ip)`: where a request is being sent, in `onsend_route`.
    private static let sending: [Variable] = [
        sendingClass(["snd", "sndto"], "destination of the request that is being sent", \.destination),
        sendingClass(["sndfrom"], "local end of the request that is being sent", \.source),
    ]

    private static func sendingClass(
        _ names: [String], _ summary: String, _ end: @escaping @Sendable (SendingAddresses) -> Endpoint
    ) -> Variable {
        Variable(names, inner: .required, summary: summary) { _, reference throws(ScriptError) in
            let key = reference.inner?.string ?? ""
            let keys: [String: @Sendable (SendingAddresses) -> ScriptValue] = [
                "ip": { .string(text(end($0).address)) },
                "port": { .integer(Int(end($0).port.value)) },
                "proto": { .integer(Int($0.transport.rawValue)) },
                "sproto": { .string(ByteString($0.transport.name)) },
                "af": { .integer(end($0).address.isIPv4 ? 2 : 10) },
                "buf": { _ in .null },
                "len": { _ in .null },
            ]
            guard let read = keys[key] else {
                throw VariableBuilder.unknownKey(key, of: reference.name, among: keys.keys)
            }
            return ScriptVariable(source: "$sndto") { context in context.sending.map(read) ?? .null }
        }
    }

    // MARK: - Via

    private static let vias: [Variable] = [
        via("via0", "topmost Via") { $0.topVia },
        via("via1", "second Via") { message in
            let values = message.values(.via)
            return values.count > 1 ? try? Via.parse(values[1]) : nil
        },
        via("viaZ", "last Via") { message in message.values(.via).last.flatMap { try? Via.parse($0) } },
    ]

    private static func via(
        _ name: String, _ summary: String, _ find: @escaping @Sendable (SIPMessage) -> Via?
    ) -> Variable {
        let keys: [String: @Sendable (Via) -> ScriptValue] = [
            "host": { .string($0.host) },
            "port": { $0.port.map { .integer(Int($0)) } ?? .integer(0) },
            "proto": { .string($0.transport) },
            "protoid": { .integer(TransportProtocol($0.transport.bytes).map { Int($0.rawValue) } ?? 0) },
            "branch": { ScriptValue(text: $0.branch) },
            "rport": { ScriptValue(text: $0.rport.text) },
            "received": { ScriptValue(text: $0.received) },
            "i": { ScriptValue(text: $0.parameter(named: "i").text) },
        ]
        return VariableBuilder.keyed(
            name, summary: "part of the \(summary)",
            keys: keys.mapValues { read in { context in find(context.message).map(read) ?? .null } })
    }

    // MARK: - Texts

    static func text(_ address: IPAddress) -> ByteString {
        ByteString(address.description)
    }

    private static func bracketed(_ address: IPAddress) -> ByteString {
        ByteString(address.text(bracketed: true))
    }

    private static func socketText(_ transport: TransportProtocol, _ endpoint: Endpoint) -> ByteString {
        ByteString("\(transport.name):\(endpoint)")
    }

    private static func uri(_ endpoint: Endpoint, _ transport: TransportProtocol, shows: Bool) -> ByteString {
        ByteString(shows ? "sip:\(endpoint);transport=\(transport.name)" : "sip:\(endpoint)")
    }

    private static func advertised(_ received: ReceivedFrom, shows: Bool) -> ByteString {
        let text = "sip:\(received.socket.hostText):\(received.socket.portText.value)"
        return ByteString(shows ? text + ";transport=\(received.transport.name)" : text)
    }

    // MARK: - Writing

    private static func setSocket(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        guard !value.isNull else {
            context.target.socket = nil
            return true
        }
        let wanted = value.text.string.lowercased()
        guard let socket = context.host.sockets.first(where: { matches($0, wanted) }) else { return false }
        context.target.socket = socket
        return true
    }

    private static func matches(_ socket: ListenSocket, _ text: String) -> Bool {
        let whole = "\(socket.transport.name):\(socket.endpoint)"
        let withDefaultPort = socket.endpoint.port == socket.transport.defaultPort
        let address = String(decoding: socket.endpoint.address.text(bracketed: true), as: UTF8.self)
        return whole == text || "\(socket.endpoint)" == text
            || withDefaultPort && ("\(socket.transport.name):\(address)" == text || address == text)
    }

    private static func setSocketName(_ context: ScriptContext, _ value: ScriptValue) -> Bool {
        guard !value.isNull else {
            context.target.socket = nil
            return true
        }
        let name = value.text.string
        guard let socket = context.host.sockets.first(where: { $0.name == name }) else { return false }
        context.target.socket = socket
        return true
    }
}
