import ControlServer
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `ctl`: binrpc on Unix stream sockets, which kamcmd speaks.
package struct RuntimeControlModule: ScriptModule {
    private let servers: [(path: String, server: CtlServer)]
    private let methods: Server

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
        var paths: [String] = []
        for address in parameters.list("binrpc") { paths.append(try Self.path(address.string)) }
        if paths.isEmpty { paths = [server.settings.runFolder + "/kamailio_ctl"] }
        servers = paths.map { path in
            (path, CtlServer(registry: server.methods, logger: server.logger, configuration: configuration))
        }
        methods = server
    }

    /// Opens the sockets.
    package func start() async throws {
        if let first = servers.first?.server {
            try first.registerMethods(in: methods.methods, servers: servers.map(\.server))
        }
        for (path, server) in servers { try await server.start(path: path) }
    }

    /// Closes the sockets.
    package func stop() async {
        for (_, server) in servers { await server.stop() }
    }

    /// The path of `unix:PATH`, `unixs:PATH` or a bare one.
    ///
    /// - Throws: for the transports of Kamailio's `ctl` that are not there.
    private static func path(_ address: String) throws(ScriptError) -> String {
        let colon = address.firstIndex(of: ":")
        let scheme = colon.map { address[..<$0] } ?? ""
        if scheme == "unix" || scheme == "unixs", let colon { return String(address[address.index(after: colon)...]) }
        guard address.hasPrefix("/") else {
            throw ScriptError(
                "parameter 'binrpc': '\(address)' is no Unix stream socket",
                hint: "write unix:/path; datagram, TCP and UDP sockets are not supported")
        }
        return address
    }

    /// What the module offers.
    package static var description: ModuleDescription<RuntimeControlModule> {
        ModuleDescription(
            name: "ctl", summary: "Run-time commands by binrpc, the protocol of kamcmd.",
            parameters: [
                .list("binrpc", "A socket, unix:/path; by default kamailio_ctl in the run folder."),
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
