import ModuleInterface
import NIOCore
import SIPMessage
import Synchronization

/// Asks destinations whether they work, and changes their states by the answers.
final class Prober: Sendable {
    private let settings: DispatcherSettings
    private let store: DestinationStore
    private let server: Server
    /// Whether questions are sent (`dispatcher.ping_active`); any number but 0.
    private let activity = Mutex(1)

    init(_ settings: DispatcherSettings, _ store: DestinationStore, _ server: Server) {
        self.settings = settings
        self.store = store
        self.server = server
    }

    /// The number that `dispatcher.ping_active` shows; 0 when no questions are sent.
    var active: Int {
        get { activity.withLock { $0 } }
        set { activity.withLock { $0 = newValue } }
    }

    /// Starts the timer on a worker.
    func start(on worker: Worker) {
        guard settings.pingSeconds > 0 else { return }
        let interval = TimeAmount.seconds(Int64(settings.pingSeconds))
        worker.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [self] _ in askAll() }
    }

    private func askAll() {
        guard active != 0, let sender = server.interface((any LocalRequestSender).self) else { return }
        for set in store.list.ordered {
            for (index, runtime) in set.runtime.enumerated() where isAsked(runtime.state) {
                ask(set, index, sender)
            }
        }
    }

    private func isAsked(_ state: DestinationState) -> Bool {
        guard state.isDisjoint(with: [.disabled, .notProbed]) else { return false }
        switch settings.probing {
        case .all: return true
        case .flagged, .onlyFlagged: return state.contains(.probing)
        case .inactive: return state.isSuperset(of: [.inactive, .probing])
        }
    }

    private func ask(_ set: DestinationSet, _ index: Int, _ sender: any LocalRequestSender) {
        let destination = set.destinations[index]
        let attributes = destination.attributes
        var request = LocalRequest(Method(settings.pingMethod), uri: destination.uri)
        request.nextHop = attributes.outboundProxy ?? settings.outboundProxy
        request.socket = destination.socket
        let tag = String(UInt64.random(in: .min ... .max), radix: 16)
        request.from = "<" + (attributes.pingFrom ?? settings.pingFrom) + ">;tag=" + ByteString(tag)
        let started = ContinuousClock.now
        sender.send(request) { [self] outcome in
            let milliseconds = Int((ContinuousClock.now - started) / .milliseconds(1))
            receive(outcome, milliseconds, set, index)
        }
    }

    private func receive(
        _ outcome: LocalRequestOutcome, _ milliseconds: Int, _ set: DestinationSet, _ index: Int
    ) {
        let uri = set.destinations[index].uri
        let status = outcome.status
        let isGood = settings.goodReplies.contains(status)
        let settings = settings
        let isAnswered = if case .response = outcome { true } else { false }
        let (transition, state) = set.withState { state, generator -> (SetState.Transition?, DestinationState) in
            if settings.hasLatency {
                if isAnswered {
                    state.runtime[index].latency.add(milliseconds, weight: settings.estimateWeight)
                } else {
                    state.runtime[index].latency.addTimeout()
                }
                if state.destinations[index].attributes.controlsCongestion {
                    state.distributeRelatively(using: &generator)
                }
            }
            let old = state.runtime[index].state
            // An operator may have taken it out while the question was on its way.
            guard !old.contains(.disabled) else { return (nil, old) }
            let new = Self.state(after: isGood, old, settings.probing)
            let transition = state.update(index, to: new, settings.thresholds, using: &generator)
            return (transition, state.runtime[index].state)
        }
        guard let transition else { return }
        server.onWorker(0) { worker in
            DispatcherEvent.run(
                transition, uri, status: status, reason: outcome.reason, state: state, on: worker)
        }
    }

    /// The state that an answer asks for; the thresholds decide when it comes.
    static func state(
        after isGood: Bool, _ old: DestinationState, _ probing: DispatcherSettings.Probing
    ) -> DestinationState {
        guard isGood else { return probing == .flagged ? .trying : [.trying, .probing] }
        let staysProbed = probing == .all || (probing == .onlyFlagged && old.contains(.probing))
        return staysProbed ? .probing : []
    }
}

extension LocalRequestOutcome {
    /// The reason phrase of the response, or what stands for it.
    fileprivate var reason: ByteString {
        switch self {
        case .response(let message):
            if case .response(_, let reason) = message.startLine { reason } else { "" }
        case .timeout: "Request Timeout"
        case .notSent: "Not sent"
        case .dropped: "Dropped"
        }
    }
}
