import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction

/// The numbers by which a script names a transaction of any worker (`$T(id_index)`, `$T(id_label)`).
enum TransactionNumbers {
    private static let workerBits = 8

    /// The place in its worker's table, with the worker's number.
    static func index(of transaction: RequestTransaction) -> Int {
        Int(transaction.slot) << workerBits | transaction.layer.worker.index
    }

    /// What tells it from earlier ones in the same place; positive and of 31 bits.
    static func label(of transaction: RequestTransaction) -> Int {
        Int(transaction.identifier.low & 0x7fff_ffff)
    }

    /// The worker that owns the transaction.
    static func worker(ofIndex index: Int) -> Int {
        index & (1 << workerBits - 1)
    }

    /// The transaction of these numbers on its own worker.
    static func find(index: Int, label: Int, in layer: TransactionLayer) -> RequestTransaction? {
        guard index >= 0, let slot = UInt32(exactly: index >> workerBits),
            let transaction = layer.request(at: slot), self.label(of: transaction) == label
        else { return nil }
        return transaction
    }
}

extension TransactionExtensionModule {
    /// Functions that put a request aside and take it up again.
    static var suspension: [Function] {
        [
            Function(
                "t_suspend", routes: .any,
                summary: "Keeps the request open until t_continue() with $T(id_index) and $T(id_label).",
                example: "t_suspend(); exit;"
            ) { _, _ in { context in suspend(context) } },
            Function(
                "t_continue", [.integer, .integer, .format],
                summary: "Runs a route for a request that was suspended.",
                example: "t_continue(\"$var(index)\", \"$var(label)\", \"RESUME\");"
            ) { _, arguments in
                { context in
                    guard let index = arguments[0].integer(in: context), let label = arguments[1].integer(in: context)
                    else { return .failure }
                    return resume(index, label, arguments[2].text(in: context).string, from: context)
                }
            },
        ]
    }

    private static func suspend(_ context: ScriptContext) -> FunctionResult {
        guard let relay = Relay(context) else { return .failure }
        if relay.state.transaction == nil {
            let made = relay.makeTransaction()
            guard made > 0 else { return .code(made) }
        }
        guard let transaction = relay.state.transaction, transaction.suspend() else { return .failure }
        transaction.noteForwarded(context)
        return .success
    }

    private static func resume(_ index: Int, _ label: Int, _ route: String, from context: ScriptContext)
        -> FunctionResult
    {
        let worker = context.worker
        let owner = TransactionNumbers.worker(ofIndex: index)
        guard worker.program.route(kind: .request, name: route) != nil else { return .failure }
        guard owner == worker.index else {
            worker.server.onWorker(owner) { other in
                guard let layer = other[TransactionLayer.key] else { return }
                _ = TransactionNumbers.find(index: index, label: label, in: layer)?.resume(route: route)
            }
            return .success
        }
        guard let layer = TransactionLayer.of(context),
            let transaction = TransactionNumbers.find(index: index, label: label, in: layer)
        else { return .failure }
        return transaction.resume(route: route) ? .success : .failure
    }
}

extension RequestTransaction {
    /// Keeps the request open until it is resumed or its time is over.
    func suspend() -> Bool {
        let failureRoute = routes.onFailure
        let options: RequestBranch.Options = failureRoute == nil ? [] : .failureRoute
        guard request.addBlindBranch(at: layer.now, options: options) != nil else { return false }
        let branch = OutgoingBranch(target: context.target, context: context)
        branch.onFailure = failureRoute
        branches.append(branch)
        layer.schedule(.request(self))
        return true
    }

    /// Goes on with a request that was suspended; false when it was not.
    func resume(route name: String) -> Bool {
        guard let blind = request.branches.indices.last(where: { request.branches[$0].transaction == nil }),
            request.endBlindBranch(blind), let route = layer.worker.program.route(kind: .request, name: name)
        else { return false }
        let resumed = makeContext(forFailureOf: blind, kind: .request)
        layer.worker.program.run(route, in: resumed) { _ in
            let error = MessageState.of(resumed).delayedError
            self.finish(resumed)
            self.finishScript(delayedError: error)
        }
        return true
    }

    /// Ends the transaction without a reply; its branches are cancelled.
    func drop() {
        for index in branches.indices { request.dropResponse(of: index) }
        apply { request, now, actions in
            request.cancelBranches(cause: 0, at: now, into: &actions)
            request.release(at: now)
        }
    }
}
