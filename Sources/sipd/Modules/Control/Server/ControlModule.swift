import ControlProtocol
package import ModuleInterface
package import ScriptEngine

/// Module `control`: the native control socket, and the methods that look at the daemon as a whole.
///
/// It is always there; `modparam("control", …)` needs no `loadmodule`.
package struct ControlModule: ScriptModule {
    let server: Server

    /// Reads who may use the socket.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        server.provide(try ControlSettings(parameters))
    }

    /// Adds the checks of the parts that every daemon has.
    package func start() async throws {
        server.health.add("workers") { [weak server] in
            guard let server else { return nil }
            let answers = await server.onEachWorker { _ in true }
            return answers.count == server.workerCount ? nil : "a worker has ended"
        }
        for (name, pool) in server.databases.all {
            server.health.add("database \(name)") { [weak server] in
                do {
                    try await server?.databases.run { try pool.withConnection { try $0.executeDirectly("SELECT 1") } }
                    return nil
                } catch {
                    return "\(error)"
                }
            }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<ControlModule> {
        ModuleDescription(
            name: "control", summary: "The native control socket: who may use it, and methods about the daemon.",
            parameters: [
                .string("socket", nil, "path of the socket; by default control.sock in the run folder"),
                .integer("mode", 0o660, in: 0...0o777, "permissions of the socket"),
                .string("user", nil, "user of the socket; by default that of -u"),
                .string("group", nil, "group of the socket; by default that of -g, or sipadm where that exists"),
                .list("viewer_group", "group whose members may look"),
                .list("operator_group", "group whose members may change what is served"),
                .list("admin_group", "group whose members may do everything"),
                .list("method_role", "another role for methods: 'ul.* admin'; the first that fits counts"),
                .list("allow", "the only methods for a role: 'viewer core.*,ul.lookup'"),
            ],
            methods: healthMethods + logMethods + [subscribe] + networkMethods + memoryMethods + configurationMethods)
    }

    static func method(
        _ description: MethodDescription,
        _ body: @escaping @Sendable (Server, MethodCall) async throws(MethodFault) -> MethodResult
    ) -> ModuleMethod<ControlModule> {
        ModuleMethod(description) { module in
            { call throws(MethodFault) in try await body(module.server, call) }
        }
    }
}
