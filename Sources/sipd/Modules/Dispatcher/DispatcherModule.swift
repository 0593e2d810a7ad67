import Database
import Logging
package import ModuleInterface
import NIOCore
import NetworkAddress
import OperatingSystem
import SIPMessage
package import ScriptEngine
import Synchronization
import Transport

/// Module `dispatcher`: spreads requests over sets of destinations, asks whether they work, and goes on to the next one
/// when one fails.
package struct DispatcherModule: ScriptModule {
    let settings: DispatcherSettings
    let store: DestinationStore
    let loads: CallLoads
    let server: Server
    let variables: DispatcherVariables
    let prober: Prober
    private let tableName: String

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        settings = try DispatcherSettings(parameters)
        tableName = (parameters.string("table_name") ?? "").string
        store = DestinationStore(
            try Self.source(parameters, server), server, defaultSocket: settings.defaultSocket,
            hasDefault: parameters.flag("use_default"))
        loads = CallLoads(
            initialSeconds: parameters.integer("ds_hash_initexpire"),
            answeredSeconds: parameters.integer("ds_hash_expire"))
        variables = DispatcherVariables(parameters)
        prober = Prober(settings, store, server)
    }

    private static func source(
        _ parameters: ModuleParameters, _ server: Server
    ) throws(ScriptError) -> DestinationStore.Source {
        guard let url = parameters.string("db_url"), !url.isEmpty else {
            return .file((parameters.string("list_file") ?? "").string)
        }
        var columns: [SQLIdentifier] = []
        for name in ["setid_col", "destination_col", "flags_col", "priority_col", "attrs_col"] {
            columns.append(try parameters.identifier(name))
        }
        var extra: [SQLIdentifier] = []
        for name in (parameters.string("ds_db_extra_attrs") ?? "").split(on: UInt8(ascii: ",")) where !name.isEmpty {
            guard let column = SQLIdentifier(name.trimmed().string) else {
                throw ScriptError("parameter 'ds_db_extra_attrs': '\(name)' is no name of a column")
            }
            extra.append(column)
        }
        let table = DestinationTable(
            table: try parameters.identifier("table_name"), columns: columns, extraColumns: extra)
        return .database(try server.databases.pool(for: url.string), table)
    }

    /// Compiles the variables that parameters name.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        try variables.compile(formats)
    }

    /// Loads the list.
    ///
    /// Rows that cannot be used are left out and logged.
    package func start() async throws {
        if case .database(let pool, _) = store.source {
            try await server.databases.checkVersions(of: [tableName], like: "dispatcher", in: pool)
        }
        for problem in try await store.reload(skippingBadRows: true) {
            server.logger.error("destination left out", metadata: ["problem": "\(problem)"])
        }
        let sets = store.list.sets.values
        server.logger.info(
            "destinations loaded",
            metadata: ["sets": "\(sets.count)", "destinations": "\(sets.reduce(0) { $0 + $1.destinations.count })"])
    }

    /// Starts the timers, on the first worker.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        HostAddressResolver.resolve(store.list, server)
        prober.start(on: worker)
        if settings.countsCalls {
            repeatedly(seconds: settings.callCheckSeconds, on: worker) { [loads] in
                loads.expire(now: WallClock.now.seconds)
            }
        }
        if settings.resolveSeconds > 0 {
            repeatedly(seconds: settings.resolveSeconds, on: worker) { [store, server] in
                HostAddressResolver.resolve(store.list, server)
            }
        }
    }

    private func repeatedly(seconds: Int, on worker: Worker, _ work: @escaping @Sendable () -> Void) {
        let interval = TimeAmount.seconds(Int64(seconds))
        worker.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in work() }
    }

    /// What the module offers.
    package static var description: ModuleDescription<DispatcherModule> {
        ModuleDescription(
            name: "dispatcher", summary: "Spreads requests over sets of destinations.",
            parameters: listParameters + recordParameters + pingParameters + otherParameters,
            functions: selectionFunctions + nextFunctions + questions + loadFunctions, variables: [eventVariable],
            methods: listMethods + changeMethods, eventRoutes: [DispatcherEvent.up, DispatcherEvent.down])
    }
}

/// Finds the addresses of destinations' names, for `ds_is_from_list()`.
enum HostAddressResolver {
    /// Resolves each name; called on the loop of worker 0.
    static func resolve(_ list: DestinationList, _ server: Server) {
        for set in list.ordered {
            for (index, destination) in set.destinations.enumerated() {
                guard !destination.initialState.contains(.unresolved),
                    let target = ResolutionTarget(
                        host: destination.host, port: Port(destination.port == 0 ? 5060 : destination.port),
                        transport: destination.transport ?? .udp)
                else { continue }
                server.resolver.resolve(target, worker: 0) { found in
                    let addresses = found.map(\.remote.address)
                    guard !addresses.isEmpty else { return }
                    set.withState { state, _ in state.runtime[index].addresses = addresses }
                }
            }
        }
    }
}
