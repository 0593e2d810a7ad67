import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Synchronization

/// The counters of module dialog.
struct DialogStatistics: Sendable {
    let active = Counter()
    let early = Counter()
    let processed = Counter()
    let expired = Counter()
    let failed = Counter()
}

/// Module `dialog`: follows calls from their INVITE to their BYE.
package final class DialogsModule: ScriptModule {
    let settings: DialogSettings
    let statistics = DialogStatistics()
    let profiles: DialogProfiles
    let numbers = DialogNumbers()
    let storage: DialogStorage?
    let server: Server
    private let timeoutText: ByteString?
    private let timeoutVariable = Mutex<ScriptVariable?>(nil)
    private let loaded = Mutex<[DialogRecord]>([])

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard !parameters.flag("enable_dmq") else {
            throw ScriptError(
                "replication by DMQ is not supported", hint: "let the nodes share a database, or set enable_dmq to 0")
        }
        self.server = server
        settings = try DialogSettings(parameters)
        profiles = try DialogProfiles(
            withoutValue: parameters.string("profiles_no_value") ?? "",
            withValue: parameters.string("profiles_with_value") ?? "")
        storage = try DialogStorage(parameters, server)
        timeoutText = parameters.string("timeout_avp")
        server.provide(DialogTracking())
    }

    /// Compiles `timeout_avp`.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        guard let timeoutText, !timeoutText.isEmpty else { return }
        let variable = try formats.variable(timeoutText)
        timeoutVariable.withLock { $0 = variable }
    }

    /// The seconds that the script gives this call, or nil.
    func lifetime(in context: ScriptContext) -> Int? {
        guard let variable = timeoutVariable.withLock({ $0 }) else { return nil }
        let seconds =
            switch variable.read(context) {
            case .null: 0
            case .integer(let number), .both(let number, _): number
            case .string(let text): text.integerValue ?? 0
            }
        return (1...Int(Int32.max)).contains(seconds) ? seconds : nil
    }

    /// Reads the calls that were going on when the daemon ended.
    package func start() async throws {
        guard let storage else { return }
        try await storage.check(server)
        guard !storage.skipsLoad else { return }
        let records = try await server.databases.run { try storage.load() }
        for record in records { numbers.skip(record.identifier.number) }
        server.logger.info("dialogs loaded", metadata: ["dialogs": "\(records.count)"])
        loaded.withLock { $0 = records }
    }

    /// Follows the dialogs of a worker.
    package func start(on worker: Worker) {
        let tracker = DialogTracker(worker, self)
        worker[DialogTracker.key] = tracker
        let records = loaded.withLock { $0 }
        for record in records where server.transport.worker(for: record.callID) == worker.index {
            tracker.restore(record)
        }
        worker.transactionObservers.append { event, transaction in tracker.observe(event, transaction) }
        worker.requestEndHandlers.append { tracker.finishScript($0) }
        worker.looseRouteHandlers.append { [settings] context, parameters in
            let text = ParameterList(parameters).value(named: settings.routeParameter).text
            tracker.follow(context, identifier: text.flatMap { DialogIdentifier($0) }, matching: settings.matching)
        }
        tracker.startTimers()
    }

    /// Writes what was not written.
    package func stop() async {
        guard let storage else { return }
        let batches = await server.onEachWorker { $0[DialogTracker.key]?.writer?.take() }
        for batch in batches.compactMap({ $0 }) {
            do {
                try await server.databases.run { try storage.apply(batch.records, removing: batch.removed) }
            } catch {
                server.logger.critical("dialogs are lost with this stop", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<DialogsModule> {
        ModuleDescription(
            name: "dialog", summary: "Follows calls from their INVITE to their BYE.",
            parameters: DialogSettings.descriptions, functions: functions + profileFunctions, variables: variables,
            methods: methods + listMethods,
            statistics: [
                .init("dialog", "active_dialogs", summary: "calls that are going on") { $0.statistics.active.value },
                .init("dialog", "early_dialogs", summary: "calls that ring") { $0.statistics.early.value },
                .init("dialog", "processed_dialogs", summary: "calls since the start") {
                    $0.statistics.processed.value
                },
                .init("dialog", "expired_dialogs", summary: "calls that lasted too long") {
                    $0.statistics.expired.value
                },
                .init("dialog", "failed_dialogs", summary: "calls that were not answered") {
                    $0.statistics.failed.value
                },
            ],
            eventRoutes: ["dialog:start", "dialog:end", "dialog:failed"])
    }
}

extension DialogTracker {
    /// Goes on with a call that was stored.
    func restore(_ record: DialogRecord) {
        let dialog = Dialog(record)
        dialog.isStored = true
        dialog.hasTransaction = true
        dialog.record.profiles = record.profiles.filter { module.profiles.names[$0.profile] != nil }
        guard table.insert(dialog) else { return }
        for membership in dialog.record.profiles { _ = module.profiles.add(membership) }
        module.statistics.active.add()
        table.schedule(dialog, at: record.timeout)
    }
}
