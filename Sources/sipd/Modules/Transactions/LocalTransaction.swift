import ModuleInterface
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// A request made here, with its client transaction.
///
/// Confined to its worker's event loop.
final class LocalTransaction {
    unowned let layer: TransactionLayer
    /// What its branch parameters are made of.
    let identifier: HashValue
    /// Its place in the table.
    var slot: UInt32 = 0
    /// Its timer in the wheel, and when that fires.
    var timer = TimerWheel.Token.none
    var scheduled = MonotonicInstant.never
    /// When it was made.
    let startedAt: MonotonicInstant
    private let context: ScriptContext
    private var machine: NonInviteClientTransaction
    private var destinations: [Destination]
    private var bytes: [UInt8] = []
    private var branch = -1
    private var isRemoved = false
    private var completion: ((LocalRequestOutcome) -> Void)?

    init(
        _ context: ScriptContext, destinations: [Destination], layer: TransactionLayer, identifier: HashValue,
        completion: @escaping (LocalRequestOutcome) -> Void
    ) {
        self.context = context
        self.destinations = destinations
        self.layer = layer
        self.identifier = identifier
        self.completion = completion
        startedAt = layer.now
        machine = NonInviteClientTransaction(at: startedAt, isReliable: true, timers: layer.settings.timers)
    }

    /// When `expire()` is due.
    var deadline: MonotonicInstant { machine.deadline }

    /// Sends the request to the next address of its host; false when there is none left.
    func sendToNext() -> Bool {
        guard !destinations.isEmpty else { return false }
        let destination = destinations.removeFirst()
        guard let socket = destination.socket else { return sendToNext() }
        branch += 1
        var parameter: [UInt8] = []
        BranchParameter(slot: slot, identifier: identifier, branch: branch).append(to: &parameter)
        bytes = ForwardedRequest(
            context, to: context.target, from: socket, branch: ByteString(parameter), over: destination.transport
        ).bytes()
        machine = NonInviteClientTransaction(
            at: layer.now, isReliable: destination.transport.isReliable, timers: layer.settings.timers)
        current = destination
        let number = branch
        layer.worker.server.transport.send(bytes, to: destination, from: layer.worker.index) { error in
            guard error != nil, number == self.branch else { return }
            self.perform(self.machine.receive(.transportError, at: self.layer.now), nil)
        }
        if !isRemoved { layer.schedule(.local(self)) }
        return true
    }

    private var current: Destination?

    /// The deadline has come.
    func expire() {
        perform(machine.receive(.timer, at: layer.now), nil)
    }

    /// A response came to this branch.
    func receiveResponse(_ reply: SIPMessage, branch number: Int) {
        guard number == branch, let code = reply.status, reply.method == context.message.method else { return }
        layer.statistics.received.add()
        perform(machine.receive(.response(code), at: layer.now), reply)
    }

    private func perform(_ actions: ClientTransactionActions, _ reply: SIPMessage?) {
        if actions.contains(.sendRequest), let current { layer.send(bytes, to: current) }
        if actions.contains(.passResponse), let reply, let code = reply.status, code >= 200 {
            if code == 503, sendToNext() { return }
            layer.statistics.completed(class: code / 100).add()
            finish(.response(reply))
        }
        if actions.contains(.reportTimeout) {
            if sendToNext() { return }
            layer.statistics.completed(class: 4).add()
            finish(.timeout)
        }
        if actions.contains(.reportTransportError) {
            if sendToNext() { return }
            finish(.notSent(reason: "the request could not be sent"))
        }
        if actions.contains(.terminate) {
            isRemoved = true
            layer.remove(self)
        } else if !isRemoved {
            layer.schedule(.local(self))
        }
    }

    private func finish(_ outcome: LocalRequestOutcome) {
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }
}
