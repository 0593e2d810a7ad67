/// The server side of one request, INVITE or not.
package enum ServerTransaction: Hashable, Sendable {
    /// Of an INVITE.
    case invite(InviteServerTransaction)
    /// Of any other request.
    case nonInvite(NonInviteServerTransaction)

    /// Starts the transaction of a request that has just come.
    package init(isInvite: Bool, isReliable: Bool, timers: TransactionTimers) {
        self =
            isInvite
            ? .invite(InviteServerTransaction(isReliable: isReliable, timers: timers))
            : .nonInvite(NonInviteServerTransaction(timers: timers))
    }

    /// When `receive(.timer)` is due.
    package var deadline: MonotonicInstant {
        switch self {
        case .invite(let machine): return machine.deadline
        case .nonInvite(let machine): return machine.deadline
        }
    }

    /// Whether the transaction is over.
    package var isTerminated: Bool {
        switch self {
        case .invite(let machine): return machine.state == .terminated
        case .nonInvite(let machine): return machine.state == .terminated
        }
    }

    /// Replaces the timers; those already running keep going.
    package mutating func setTimers(_ timers: TransactionTimers) {
        switch self {
        case .invite(var machine):
            machine.setTimers(timers)
            self = .invite(machine)
        case .nonInvite(var machine):
            machine.setTimers(timers)
            self = .nonInvite(machine)
        }
    }

    /// Takes in one event and says what is to be done about it.
    package mutating func receive(_ event: ServerTransactionEvent, at now: MonotonicInstant)
        -> ServerTransactionActions
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
