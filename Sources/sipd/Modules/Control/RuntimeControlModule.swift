import ControlProtocol
import ControlServer
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `ctl`: binrpc, which kamcmd speaks, on Unix stream and datagram sockets, TCP and UDP.
package struct RuntimeControlModule: ScriptModule {
    private let servers: [CtlServer]
    private let server: Server

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var configuration = CtlServer.Configuration()
        configuration.access.mode = UInt32(parameters.integer("mode"))
        configuration.access.userID = server.settings.socketUser
        configuration.access.groupID = server.settings.socketGroup
        if let name = parameters.string("user")?.string {
            guard let account = AccountName.user(name) else { throw ScriptError("there is no user '\(name)'") }
            configuration.access.userID = account.user
        }
        if let group = parameters.string("group")?.string {
            guard let number = AccountName.groupNumber(group) else { throw ScriptError("there is no group '\(group)'") }
            configuration.access.groupID = number
        }
        guard let role = ControlRole(rawValue: (parameters.string("network_role") ?? "viewer").string) else {
            throw ScriptError("parameter 'network_role' is viewer, operator, admin or none")
        }
        configuration.networkRole = role
        var endpoints: [CtlEndpoint] = []
        for text in parameters.list("binrpc") {
            guard let endpoint = CtlEndpoint(text.string) else {
                throw ScriptError(
                    "parameter 'binrpc': '\(text)' is no socket",
                    hint: "write unix:/path, unixd:/path, tcp:ADDRESS:PORT or udp:ADDRESS:PORT")
            }
            endpoints.append(endpoint)
        }
        if endpoints.isEmpty { endpoints = [.stream(path: server.settings.runFolder + "/kamailio_ctl")] }
        self.server = server
        servers = endpoints.map { endpoint in
            CtlServer(endpoint, registry: server.methods, logger: server.logger, configuration: configuration)
        }
    }

    /// Opens the sockets.
    package func start() async throws {
        try CtlServer.registerMethods(in: server.methods, servers: servers)
        for server in servers { try await server.start() }
    }

    /// Closes the sockets.
    package func stop() async {
        for server in servers { await server.stop() }
    }

    /// What the module offers.
    package static var description: ModuleDescription<RuntimeControlModule> {
        ModuleDescription(
            name: "ctl", summary: "Run-time commands by binrpc, the protocol of kamcmd.",
            parameters: [
                .list(
                    "binrpc",
                    "a socket: unix:/path, unixd:/path, tcp:address:port, udp:address:port; by default kamailio_ctl in the run folder"
                ),
                .string("network_role", "viewer", "what callers by TCP and UDP may do: viewer, operator, admin, none"),
                .integer("mode", 0o600, in: 0...0o777, "The permissions of the sockets."),
                .string("group", nil, "The group of the sockets."),
                .string("user", nil, "The user of the sockets."),
                .ignored("fifo", because: "the control socket in the run folder serves all methods"),
                .ignored("autoconversion", because: "numbers and texts are taken for each other"),
                .ignored("binrpc_buffer_size", because: "memory is taken as needed"),
                .ignored("binrpc_max_body_size", because: "answers go up to the 128 kB that kamcmd takes"),
                .ignored("binrpc_struct_max_body_size", because: "answers go up to the 128 kB that kamcmd takes"),
            ])
    }
}
