/// The client side of one request, INVITE or not.
package enum ClientTransaction: Hashable, Sendable {
    /// Of an INVITE.
    case invite(InviteClientTransaction)
    /// Of any other request.
    case nonInvite(NonInviteClientTransaction)

    /// Starts the transaction; the owner sends the request now.
    package init(
        isInvite: Bool, at now: MonotonicInstant, isReliable: Bool, timers: TransactionTimers,
        cancelMethod: CancelMethod = .waitForProvisional
    ) {
        self =
            isInvite
            ? .invite(
                InviteClientTransaction(
                    at: now, isReliable: isReliable, timers: timers, cancelMethod: cancelMethod))
            : .nonInvite(NonInviteClientTransaction(at: now, isReliable: isReliable, timers: timers))
    }

    /// Whether a final response is still awaited.
    package var isPending: Bool {
        switch self {
        case .invite(let machine): return machine.isPending
        case .nonInvite(let machine): return machine.isPending
        }
    }

    /// Whether a response has come at all while the transaction is pending.
    package var isProceeding: Bool {
        switch self {
        case .invite(let machine): return machine.state == .proceeding
        case .nonInvite(let machine): return machine.state == .proceeding
        }
    }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant {
        switch self {
        case .invite(let machine): return machine.deadline
        case .nonInvite(let machine): return machine.deadline
        }
    }

    /// When `receive(.timer)` is due while the transaction has something to send or to wait for; timers D, K and M,
    /// which only absorb late responses, do not count.
    package var deadlineOfWork: MonotonicInstant {
        switch self {
        case .invite(let machine): return machine.deadlineOfWork
        case .nonInvite(let machine): return machine.isPending ? machine.deadline : .never
        }
    }

    /// Replaces the timers and restarts the one for the final response.
    package mutating func setTimers(_ timers: TransactionTimers, at now: MonotonicInstant) {
        switch self {
        case .invite(var machine):
            machine.setTimers(timers, at: now)
            self = .invite(machine)
        case .nonInvite(var machine):
            machine.setTimers(timers, at: now)
            self = .nonInvite(machine)
        }
    }

    /// Takes in one event and says what is to be done about it.
    package mutating func receive(_ event: ClientTransactionEvent, at now: MonotonicInstant)
        -> ClientTransactionActions
    {
        switch self {
        case .invite(var machine):
            let actions = machine.receive(event, at: now)
            self = .invite(machine)
            return actions
        case .nonInvite(var machine):
            let actions = machine.receive(event, at: now)
            self = .nonInvite(machine)
            return actions
        }
    }
}
