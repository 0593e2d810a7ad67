package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine
import Transport

/// Module `path`: Path headers of an edge proxy (RFC 3327).
package struct PathModule: ScriptModule {
    private let usesReceived: Bool
    private let writesBothSockets: Bool
    private let receivedName: ByteString
    private let receivedFormat: ReceivedFormat

    /// How the address a request came from is written (`received_format`).
    private enum ReceivedFormat: Int {
        case uri = 0
        case alias = 1
    }

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        usesReceived = parameters.flag("use_received")
        writesBothSockets = parameters.flag("enable_r2")
        receivedName = parameters.string("received_name") ?? "received"
        receivedFormat = ReceivedFormat(rawValue: parameters.integer("received_format")) ?? .uri
        guard !receivedName.isEmpty else { throw ScriptError("parameter 'received_name' is empty") }
    }

    /// What the module offers.
    package static var description: ModuleDescription<PathModule> {
        ModuleDescription(
            name: "path", summary: "Path headers for requests that pass an edge proxy.",
            parameters: [
                .flag(
                    "use_received", false, "whether loose_route() sends requests where their Route says they came from"),
                .integer(
                    "received_format", 0, in: 0...1, "how that place is written: 0 a SIP URI, 1 address~port~transport"),
                .string("received_name", "received", "name of the Path parameter with that place"),
                .flag(
                    "enable_r2", false, "whether two headers are added: for the socket of arrival and that of departure"
                ),
            ],
            functions: [
                FunctionDescription(
                    "add_path", [.format, .format], required: 0, routes: .request,
                    summary: "Adds a Path header with the address the request is sent from, a user and parameters.",
                    example: "add_path(\"edge\", \"ob\");"
                ) { module, arguments in
                    { module.add($0, arguments, namesSource: false) }
                },
                FunctionDescription(
                    "add_path_received", [.format, .format], required: 0, routes: .request,
                    summary: "Adds a Path header that also tells where the request came from.",
                    example: "if (!add_path_received(\"edge\")) { sl_send_reply(\"503\", \"Internal Path Error\"); }"
                ) { module, arguments in
                    { module.add($0, arguments, namesSource: true) }
                },
            ])
    }

    /// Follows the parameter of the Route header when a request comes back.
    package func start(on worker: Worker) {
        guard usesReceived else { return }
        worker.looseRouteHandlers.append { context, parameters in
            guard let text = ParameterList(parameters).value(named: receivedName).text, text.count <= 255,
                let place = decoded(text)
            else { return }
            context.target.destination = place
        }
    }

    private func add(_ context: ScriptContext, _ arguments: [Argument], namesSource: Bool) -> FunctionResult {
        let user = arguments.first?.text(in: context) ?? ""
        let extra = arguments.count > 1 ? arguments[1].text(in: context) : ""
        var suffix: ByteString = ";lr"
        if namesSource {
            guard let received = context.received else { return .failure }
            suffix += ";" + receivedName + "=" + encoded(received)
        }
        if !extra.isEmpty { suffix += ";" + extra }
        context.recordRoute.paths.append(
            PathHeader(user: user.isEmpty ? nil : user, suffix: suffix, namesBothSockets: writesBothSockets))
        return .success
    }

    private func encoded(_ received: ReceivedFrom) -> ByteString {
        let transport = received.transport
        switch receivedFormat {
        case .uri:
            let place = ByteString("sip:\(received.source)")
            return transport == .udp ? place : place + "%3Btransport%3D" + ByteString(transport.name)
        case .alias:
            return ByteString("\(received.source.address)~\(received.source.port)~\(transport.rawValue)")
        }
    }

    private func decoded(_ text: ByteString) -> ByteString? {
        switch receivedFormat {
        case .uri:
            let place = text.unescaped()
            guard (try? SIPURI.parse(place)) != nil else { return nil }
            return place
        case .alias:
            return ConnectionAlias.destination(text)
        }
    }
}
