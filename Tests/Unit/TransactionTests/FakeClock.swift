import Transaction

/// Drives something with a deadline through time.
struct FakeClock {
    var now = MonotonicInstant(milliseconds: 1_000)

    /// Milliseconds since the test began.
    var elapsed: UInt64 { now.milliseconds - 1_000 }

    mutating func advance(to deadline: MonotonicInstant) {
        now = max(now, deadline)
    }

    mutating func advance(byMilliseconds milliseconds: UInt32) {
        now = now.advanced(byMilliseconds: milliseconds)
    }
}

/// Something that happened, and when.
struct Timed<Value: Equatable>: Equatable, CustomStringConvertible {
    var at: UInt64
    var value: Value

    init(_ at: UInt64, _ value: Value) {
        self.at = at
        self.value = value
    }

    var description: String { "\(at): \(value)" }
}

/// A state machine that `Driver` can run.
protocol DrivenMachine {
    associatedtype Event
    associatedtype Actions: OptionSet

    var deadline: MonotonicInstant { get }
    static var timerEvent: Event { get }
    mutating func receive(_ event: Event, at now: MonotonicInstant) -> Actions
}

extension InviteClientTransaction: DrivenMachine {
    static var timerEvent: ClientTransactionEvent { .timer }
}

extension NonInviteClientTransaction: DrivenMachine {
    static var timerEvent: ClientTransactionEvent { .timer }
}

extension ServerTransaction: DrivenMachine {
    static var timerEvent: ServerTransactionEvent { .timer }
}

/// Runs a state machine on a fake clock that starts at 0.
final class Driver<Machine: DrivenMachine> {
    private(set) var clock: FakeClock
    var machine: Machine

    init(_ make: (MonotonicInstant) -> Machine) {
        clock = FakeClock()
        machine = make(clock.now)
    }

    var elapsed: UInt64 { clock.elapsed }

    func receive(_ event: Machine.Event) -> Machine.Actions {
        machine.receive(event, at: clock.now)
    }

    func wait(milliseconds: UInt32) {
        clock.advance(byMilliseconds: milliseconds)
    }

    /// Lets time pass until `end` and notes what happens.
    func run(until end: UInt64) -> [Timed<Machine.Actions>] {
        let endOfRun = MonotonicInstant(milliseconds: end + 1_000)
        var log: [Timed<Machine.Actions>] = []
        while machine.deadline <= endOfRun {
            clock.advance(to: machine.deadline)
            let actions = machine.receive(Machine.timerEvent, at: clock.now)
            if !actions.isEmpty { log.append(Timed(clock.elapsed, actions)) }
        }
        clock.advance(to: endOfRun)
        return log
    }
}
