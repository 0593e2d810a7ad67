import Logging
package import ModuleInterface
import NIOCore
import SIPMessage
package import ScriptEngine

/// Module `presence`: publications, subscriptions and notifications (RFC 3903, RFC 6665).
package struct PresenceModule: ScriptModule {
    let presence: PresenceServer

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        presence = PresenceServer(try PresenceSettings(parameters, server), server: server)
        server.provide(presence)
    }

    /// Checks and loads the tables.
    package func start() async throws {
        let server = presence.server
        guard server.interface((any LocalRequestSender).self) != nil else {
            throw ScriptError("module presence needs module tm", hint: "add loadmodule \"tm.so\" above presence")
        }
        guard let pool = presence.settings.pool else {
            return server.logger.warning("presence is kept in memory only: db_url is not set")
        }
        for (table, kind) in [
            (presence.settings.presentityTable, "presentity"),
            (presence.settings.subscriptionTable, "active_watchers"), (presence.settings.watcherTable, "watchers"),
        ] {
            try await server.databases.checkVersions(of: [table.name], like: kind, in: pool)
        }
        try await server.databases.run { [presence] in try presence.load() }
    }

    /// Keeps track of transactions, whose tag is that of the subscription; starts the timer on the first worker.
    package func start(on worker: Worker) {
        worker.transactionObservers.append { event, transaction in
            if case .created = event { transaction.context[DialogTag.key] = DialogTag(transaction.toTag) }
        }
        guard worker.index == 0 else { return }
        let bound = NIOLoopBound(Ticks(worker), eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [presence] _ in
            let ticks = bound.value
            presence.sweep(ticks.worker)
            ticks.count += 1
            guard ticks.count % presence.settings.flushSeconds == 0 else { return }
            presence.inBackground(ticks.worker, "subscriptions") { try presence.flush() }
        }
    }

    /// Writes what is not saved.
    package func stop() async {
        do {
            try await presence.server.databases.run { [presence] in try presence.flush() }
        } catch {
            presence.server.logger.critical("subscriptions are lost with this stop", metadata: ["error": "\(error)"])
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<PresenceModule> {
        ModuleDescription(
            name: "presence", summary: "Publications, subscriptions and notifications.",
            parameters: PresenceSettings.descriptions, functions: requestFunctions + watcherFunctions,
            methods: presenceMethods,
            statistics: [
                StatisticDescription("presence", "active_watchers", summary: "subscriptions") {
                    $0.presence.state.subscriptionCount
                },
                StatisticDescription("presence", "presentities", summary: "presentities with publications") {
                    $0.presence.state.presentities.count
                },
            ])
    }
}

/// The To tag that tm gives replies to a request.
final class DialogTag {
    static let key = ContextKey<DialogTag>()

    let text: ByteString

    init(_ text: ByteString) {
        self.text = text
    }
}

/// Counts the seconds of the timer.
private final class Ticks {
    let worker: Worker
    var count = 0

    init(_ worker: Worker) {
        self.worker = worker
    }
}
