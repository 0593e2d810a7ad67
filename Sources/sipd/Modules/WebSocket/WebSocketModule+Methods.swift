import ControlProtocol
import ModuleInterface
import Transport

extension WebSocketModule {
    /// `ws.*`.
    static var methods: [ModuleMethod<WebSocketModule>] {
        [
            dump, close, frame("ws.ping", .ping), frame("ws.pong", .pong), enabling("ws.enable", true),
            enabling("ws.disable", false),
        ]
    }

    private static var dump: ModuleMethod<WebSocketModule> {
        ModuleMethod(
            MethodDescription(
                "ws.dump",
                parameters: [
                    .init("order", .string, optional: true, doc: "id_hash, used_desc or used_asc")
                ],
                summary: "Lists the WebSocket connections.",
                doc: "connections: an array of lines; info: wscounter and truncated. Nothing is cut.",
                example: "sipcmd ws.dump", lists: true)
        ) { module in
            { call throws(MethodFault) in
                var connections = module.server.transport.connections.filter { $0.transport.isWebSocket }
                switch try call.optionalString(0, named: "order") ?? "id_hash" {
                case "id_hash": break
                case "used_desc": connections.sort { $0.secondsIdle < $1.secondsIdle }
                case "used_asc": connections.sort { $0.secondsIdle > $1.secondsIdle }
                default: throw MethodFault(400, "Bad display order parameter")
                }
                return .value([
                    "connections": .array(connections.map { .string(line($0)) }),
                    "info": ["wscounter": .integer(Int64(connections.count)), "truncated": "no"],
                ])
            }
        }
    }

    private static func line(_ connection: ConnectionInformation) -> String {
        let name = connection.transport.name
        return "\(connection.id): \(name):\(connection.remote) -> \(name):\(connection.socket.endpoint) "
            + "(state: OPEN,  last used \(connection.secondsIdle)s ago, sub-protocol: sip)"
    }

    private static func connection(_ call: MethodCall) throws(MethodFault) -> ConnectionID {
        guard let number = try? call.integer(0, named: "id", in: 0...Int64.max) else {
            throw MethodFault(500, "Invalid Parameters")
        }
        return ConnectionID(rawValue: UInt64(number))
    }

    private static let number = MethodDescription.Parameter("id", .integer, doc: "the number of the connection")

    private static var close: ModuleMethod<WebSocketModule> {
        ModuleMethod(
            MethodDescription(
                "ws.close", parameters: [number], summary: "Closes a WebSocket connection.", doc: "An empty object.",
                example: "sipcmd ws.close 13", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let id = try connection(call)
                guard module.server.transport.closeWebSocket(id, code: 1000, reason: "Normal closure") else {
                    throw MethodFault(500, "Unknown connection ID")
                }
                return .value(.object([]))
            }
        }
    }

    private static func frame(_ name: String, _ opcode: WebSocketOpcode) -> ModuleMethod<WebSocketModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: [number], summary: "Sends a \(opcode) frame over a WebSocket connection.",
                doc: "An empty object.", example: "sipcmd \(name) 13", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard module.server.transport.sendFrame(opcode, [], over: try connection(call)) else {
                    throw MethodFault(500, "Unknown connection ID")
                }
                return .value(.object([]))
            }
        }
    }

    private static func enabling(_ name: String, _ isEnabled: Bool) -> ModuleMethod<WebSocketModule> {
        ModuleMethod(
            MethodDescription(
                name, summary: isEnabled ? "Takes handshakes of WebSocket again." : "Refuses handshakes of WebSocket.",
                doc: "An empty object. Connections that exist go on.", example: "sipcmd \(name)", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                module.isEnabled.store(isEnabled, ordering: .relaxed)
                return .value(.object([]))
            }
        }
    }
}
