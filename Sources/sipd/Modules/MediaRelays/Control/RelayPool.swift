import Logging
import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization

/// How a kind of relay is talked to.
struct RelayProtocol: Sendable {
    /// The name in log lines.
    let name: String
    /// The command that asks whether it is there.
    let ping: [UInt8]
    /// Whether an answer to it is good.
    let isAlive: @Sendable (ByteString) -> Bool
}

/// The relays of one module: chooses a node for a call, sends commands, and leaves nodes alone that do not answer.
final class RelayPool: Sendable {
    struct Settings: Sendable {
        var disabledSeconds = 60
        var timeoutMilliseconds = 1000
        var attempts = 5
        var nodesMax = 30
        var probesWhenAllAreSilent = true
        /// Whether calls go on at nodes that an operator took out (`rtpengine_allow_op`).
        var allowsCallsAtNodesTakenOut = false
        var hash = RelayHash.sum
    }

    let settings: Settings
    let calls: RelayCalls
    private let control: RelayProtocol
    private let logger: Logger
    private let current: Mutex<RelaySets>
    private static let key = WorkerKey<RelaySocket>()

    init(_ control: RelayProtocol, _ settings: Settings, _ sets: RelaySets, _ calls: RelayCalls, _ logger: Logger) {
        self.control = control
        self.settings = settings
        self.calls = calls
        self.logger = logger
        current = Mutex(sets)
    }

    /// The sets in use.
    var sets: RelaySets {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    private var now: Int { WallClock.now.seconds }

    private func patience(_ attempts: Int) -> RelaySocket.Patience {
        RelaySocket.Patience(timeout: .milliseconds(Int64(settings.timeoutMilliseconds)), attempts: attempts)
    }

    /// The socket of a worker; call on its loop.
    static func socket(of worker: Worker) -> RelaySocket {
        if let socket = worker[key] { return socket }
        let socket = RelaySocket(worker)
        worker[key] = socket
        return socket
    }

    // MARK: - Commands

    /// A command of a call.
    struct Command {
        var bytes: [UInt8]
        var set: Int
        /// The Call-ID, which chooses the node.
        var callID: ByteString
        /// The name of the call in the table of calls.
        var key: ByteString
        /// Whether an answer is final; when it is not, the next node is tried.
        var isFinal: (ByteString) -> Bool = { _ in true }
    }

    /// Sends a command to the node of its call, or to one that is chosen for it; the next one when it does not answer.
    ///
    /// `completion` gets the answer and the node, or nil when no node answered.
    func send(_ command: Command, _ worker: Worker, completion: @escaping ((ByteString, RelayNode)?) -> Void) {
        let known = calls.entry(command.key, at: now)?.node
        let members = sets.members[command.set] ?? []
        if let known, let member = members.first(where: { $0.node === known }),
            settings.allowsCallsAtNodesTakenOut || !isOut(member)
        {
            return attempt(command, [known] + order(command).filter { $0 !== known }, worker, completion)
        }
        attempt(command, order(command), worker, completion)
    }

    private func isOut(_ member: RelayMember) -> Bool {
        member.isDisabled || member.node.current.isOut
    }

    private func order(_ command: Command) -> [RelayNode] {
        let second = now
        let hash = settings.hash.value(of: command.callID)
        let sets = sets
        let ready = sets.order(of: command.set, hash: hash) { member in
            !isOut(member) && member.node.current.disabledUntil.map { $0 <= second } ?? true
        }
        guard ready.isEmpty, settings.probesWhenAllAreSilent else { return ready }
        return sets.order(of: command.set, hash: hash) { !isOut($0) }
    }

    private func attempt(
        _ command: Command, _ nodes: [RelayNode], _ worker: Worker,
        _ completion: @escaping ((ByteString, RelayNode)?) -> Void
    ) {
        tryNext(nodes.prefix(settings.nodesMax), command, worker, completion)
    }

    private func tryNext(
        _ nodes: ArraySlice<RelayNode>, _ command: Command, _ worker: Worker,
        _ completion: @escaping ((ByteString, RelayNode)?) -> Void
    ) {
        guard let node = nodes.first else { return completion(nil) }
        let isSuspect = node.current.disabledUntil != nil
        let send: () -> Void = { [self] in
            Self.socket(of: worker).send(command.bytes, to: node, patience(settings.attempts)) { [self] answer in
                if let answer {
                    noteAnswer(node)
                    guard !command.isFinal(answer) else { return completion((answer, node)) }
                } else {
                    noteSilence(node)
                }
                tryNext(nodes.dropFirst(), command, worker, completion)
            }
        }
        guard isSuspect else { return send() }
        // One that was silent is asked once, so that a dead one costs a call one time-out and no more.
        ping(node, worker, attempts: 1) { [self] isAlive in
            if isAlive { send() } else { tryNext(nodes.dropFirst(), command, worker, completion) }
        }
    }

    // MARK: - State of nodes

    /// Asks a node whether it is there.
    func ping(_ node: RelayNode, _ worker: Worker, attempts: Int? = nil, completion: @escaping (Bool) -> Void) {
        Self.socket(of: worker).send(control.ping, to: node, patience(attempts ?? settings.attempts)) { [self] answer in
            let isAlive = answer.map(control.isAlive) ?? false
            if isAlive { noteAnswer(node) } else { noteSilence(node) }
            completion(isAlive)
        }
    }

    /// Asks a node from any thread.
    func ping(_ node: RelayNode, _ server: Server) async -> Bool {
        await withCheckedContinuation { continuation in
            server.onWorker(0) { [self] worker in
                ping(node, worker, attempts: 1) { continuation.resume(returning: $0) }
            }
        }
    }

    /// Asks all nodes once, for the log.
    func pingAll(_ worker: Worker) {
        for entry in sets.all where !isOut(entry.member) { ping(entry.member.node, worker, attempts: 1) { _ in } }
    }

    private func noteAnswer(_ node: RelayNode) {
        guard node.current.disabledUntil != nil else { return }
        node.noteAnswer()
        logger.notice("\(control.name) answers again", metadata: ["node": "\(node.url)"])
    }

    private func noteSilence(_ node: RelayNode) {
        guard node.noteSilence(until: now + settings.disabledSeconds) else { return }
        logger.error(
            "\(control.name) does not answer, it is left out for a time",
            metadata: ["node": "\(node.url)", "seconds": "\(settings.disabledSeconds)"])
    }
}
