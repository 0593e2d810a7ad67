package import ModuleInterface
package import ScriptEngine

/// Module `tm`: stateful processing of requests (RFC 3261 §16, §17).
package final class TransactionModule: ScriptModule {
    let settings: TransactionSettings
    let statistics = TransactionStatistics()
    let server: Server

    /// Reads the parameters; from now on replies are sent within transactions where there are some.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        settings = TransactionSettings(parameters)
        self.server = server
        server.replySender = TransactionReplySender()
        server.provide(statistics)
        server.provide(LocalRequestService(server: server), as: (any LocalRequestSender).self)
    }

    /// Prepares a worker: its table, and what it hears of messages.
    package func start(on worker: Worker) {
        let layer = TransactionLayer(worker, settings: settings, statistics: statistics)
        worker[TransactionLayer.key] = layer
        worker.replyHandlers.append { context in layer.receiveResponse(context) }
        worker.requestEndHandlers.append { context in ScriptEnd.handle(context, layer) }
    }

    /// What the module offers.
    package static var description: ModuleDescription<TransactionModule> {
        ModuleDescription(
            name: "tm", summary: "Stateful processing of requests: transactions, forking, timers.",
            parameters: TransactionSettings.descriptions,
            functions: relayFunctions + replyFunctions + routeFunctions + statusFunctions + timerFunctions
                + contactFunctions,
            methods: methods,
            eventRoutes: ["tm:local-request", "tm:branch-failure:NAME"])
    }
}

/// What happens when the script of a request has ended.
enum ScriptEnd {
    static func handle(_ context: ScriptContext, _ layer: TransactionLayer) {
        guard let state = MessageState.existing(context) else { return }
        if state.isPrechecked, let key = state.key { layer.requestsInProgress.remove(key) }
        guard state.isCreator, let transaction = state.transaction else { return }
        state.isCreator = false
        transaction.finishScript(delayedError: state.delayedError)
    }
}

/// Sends replies within the transaction of the message, or without one.
struct TransactionReplySender: ReplySender {
    private let stateless = StatelessReplySender()

    func send(_ reply: LocalReply, to context: ScriptContext) -> Bool {
        guard let transaction = MessageState.transaction(of: context) else {
            return context.message.isRequest && stateless.send(reply, to: context)
        }
        return transaction.reply(reply, from: context)
    }
}
