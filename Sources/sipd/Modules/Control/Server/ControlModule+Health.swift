import ControlProtocol
import Database
import ModuleInterface

extension ControlModule {
    private static let checkLimit = Duration.seconds(2)

    static var healthMethods: [ModuleMethod<ControlModule>] {
        [
            method(
                MethodDescription(
                    "core.health", summary: "Whether the daemon lives and is ready to serve, and why not.",
                    doc: """
                        An object: live (true, or there would be no answer), ready, reasons (texts, empty when ready), \
                        checks (name, ok, problem). A check that takes longer than 2 s has failed. sipcmd exits 1 when \
                        the daemon is not ready.
                        """,
                    example: "sipcmd core.health")
            ) { server, _ in .value(await health(server)) },
            method(
                MethodDescription(
                    "core.drift", summary: "Whether lists in memory are older than the tables they were made of.",
                    doc: """
                        An object: drift, tables. Each table has table, running and database (generations; null where \
                        the database counts none: 'sipctl db migrate' adds that), drift, and reload, the method that \
                        brings it up to date.
                        """,
                    example: "sipcmd core.drift")
            ) { server, _ throws(MethodFault) in .value(try await drift(server)) },
        ]
    }

    private static func health(_ server: Server) async -> JSONValue {
        let results = await server.health.run(limit: checkLimit)
        var reasons = results.compactMap { result in result.problem.map { "\(result.name): \($0)" } }
        if !server.health.isStarted { reasons.insert("the start is not done", at: 0) }
        let checks = results.map { result -> JSONValue in
            [
                "name": .string(result.name), "ok": .bool(result.problem == nil),
                "problem": result.problem.map { .string($0) } ?? .null,
            ]
        }
        return [
            "live": true, "ready": .bool(reasons.isEmpty), "reasons": .array(reasons.map { .string($0) }),
            "checks": .array(checks),
        ]
    }

    private static func drift(_ server: Server) async throws(MethodFault) -> JSONValue {
        var isDrifting = false
        var tables: [JSONValue] = []
        for entry in server.loadedTables.all {
            let database: Int64?
            do {
                database = try await server.databases.run {
                    try entry.pool.withConnection { try GenerationTable($0).generations()?[entry.table] }
                }
            } catch {
                throw .failed("the table sipd_generation cannot be read: \(error)")
            }
            let running = entry.loaded()
            let differs = database != nil && running != database
            isDrifting = isDrifting || differs
            tables.append([
                "table": .string(entry.table), "running": running.map { .integer($0) } ?? .null,
                "database": database.map { .integer($0) } ?? .null, "drift": .bool(differs),
                "reload": .string(entry.reload),
            ])
        }
        return ["drift": .bool(isDrifting), "tables": .array(tables)]
    }
}
