package import ControlProtocol
package import Logging
package import NIOCore
package import NetworkAddress
import OperatingSystem
package import SIPMessage
package import ScriptEngine
import Synchronization
package import Transaction
package import Transport

/// What all workers and modules of one running daemon share.
package final class Server: Sendable {
    /// The global parameters.
    package let settings: CoreSettings
    /// The daemon's own log.
    package let logger: Logger
    /// Where `xlog` and `log` of the script write.
    package let scriptLog: any ScriptLog
    /// The level of the script's lines when it is not the daemon's.
    package let scriptLogLevel = ScriptLogLevel()
    /// Sockets and connections.
    package let transport: TransportLayer
    /// Finds the addresses of hosts.
    package let resolver: NameResolver
    /// Databases by URL, with the threads that talk to them.
    package let databases: DatabaseRegistry
    /// Counters shown by `stats.*`, `$stat()`.
    package let statistics = StatisticsRegistry()
    /// The methods of the control socket.
    package let methods: MethodRegistry
    /// What operators may hear of as it happens (`events.subscribe`).
    package let events = ServerEvents()
    /// What has to be in order (`core.health`).
    package let health = HealthChecks()
    /// Which lists were made of which tables (`core.drift`).
    package let loadedTables = LoadedTables()
    /// How much is logged (`log.set`).
    package let logLevels: LogLevels
    /// When the daemon started, seconds since 1970.
    package let startedAt = WallClock.now.seconds

    /// The line with which replies name this server, with its CRLF; nil for none (`server_signature`).
    package let serverLine: ByteString?

    /// Keys of this process for branches and tags.
    package let hasher = TransactionHasher(key: .random())

    private struct State {
        var replySender: any ReplySender = StatelessReplySender()
        var interfaces: [ObjectIdentifier: any Sendable] = [:]
        var workers: [NIOLoopBound<Worker>] = []
        var custom: [String: [String: ScriptValue]] = [:]
    }

    private let state = Mutex(State())
    private let localNames: LocalNames

    /// Makes the shared part of a daemon; nothing is opened yet.
    package init(
        settings: CoreSettings, transport: TransportLayer, logger: Logger, scriptLog: any ScriptLog,
        logLevels: LogLevels? = nil
    ) {
        self.settings = settings
        self.logLevels = logLevels ?? LogLevels(level: settings.debug)
        self.transport = transport
        self.logger = logger
        self.scriptLog = scriptLog
        resolver = NameResolver(
            loops: (0..<transport.workerCount).map { transport.eventLoop($0) }, settings: settings.resolver,
            configuration: .ofSystem(), hosts: .ofSystem(), logger: logger)
        databases = DatabaseRegistry()
        serverLine = settings.serverSignature ? settings.serverHeader.map { $0 + "\r\n" } : nil
        methods = MethodRegistry()
        localNames = LocalNames(aliases: settings.aliases)
        state.withLock { $0.custom = settings.custom }
    }

    // MARK: - Between modules

    /// Offers something to other modules under its type, like usrloc its table of contacts.
    package func provide<Interface: Sendable>(_ interface: Interface, as type: Interface.Type = Interface.self) {
        state.withLock { $0.interfaces[ObjectIdentifier(type)] = interface }
    }

    /// What a module loaded earlier offers, or nil.
    package func interface<Interface: Sendable>(_ type: Interface.Type) -> Interface? {
        state.withLock { $0.interfaces[ObjectIdentifier(type)] } as? Interface
    }

    /// Sends replies: module tm replaces the stateless sender by one that knows transactions.
    package var replySender: any ReplySender {
        get { state.withLock { $0.replySender } }
        set { state.withLock { $0.replySender = newValue } }
    }

    /// The To-tag of replies that are sent without a transaction: the same for each retransmission of a request.
    package func statelessTag(of message: SIPMessage) -> ByteString {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ToTag.length)
        let tag = hasher.statelessTag(
            branch: (message.topVia?.branch ?? ""), callID: (message.callID ?? ""),
            fromTag: (message.from?.tag ?? ""), sequenceNumber: UInt64(message.cseq?.number ?? 0))
        tag.append(to: &bytes)
        return ByteString(bytes)
    }

    /// The branch of a request that is forwarded without a transaction: the same for each retransmission.
    package func statelessBranch(of message: SIPMessage) -> ByteString {
        var bytes: [UInt8] = []
        let branch = hasher.statelessBranch(
            branch: (message.topVia?.branch ?? ""), callID: (message.callID ?? ""),
            fromTag: (message.from?.tag ?? ""), sequenceNumber: UInt64(message.cseq?.number ?? 0),
            requestURI: (message.requestURI ?? ""))
        branch.append(to: &bytes)
        return ByteString(bytes)
    }

    // MARK: - Names of this server

    /// Whether host and port name this server; `port` 0 and `transport` nil match any.
    package func isLocal(host: ByteString, port: UInt16, transport: TransportProtocol?) -> Bool {
        localNames.contains(host: host, port: port, transport: transport, sockets: self.transport.sockets)
    }

    /// Adds a check for names of this server (module domain with `register_myself`, corex `alias_subdomains`).
    package func addLocalNames(
        _ check: @escaping @Sendable (_ host: ByteString, _ port: UInt16, _ transport: TransportProtocol?) -> Bool
    ) {
        localNames.add(check)
    }

    // MARK: - The configuration framework

    /// A custom global (`group.name`), or nil; of the core's parameters only `core.debug`.
    package func configurationValue(group: String, name: String) -> ScriptValue? {
        if group == "core", name == "debug" { return .integer(logLevels.level()) }
        return state.withLock { $0.custom[group]?[name] }
    }

    /// Changes a custom global; false when it does not exist.
    package func setConfigurationValue(group: String, name: String, to value: ScriptValue) -> Bool {
        state.withLock { state in
            guard state.custom[group]?[name] != nil else { return false }
            state.custom[group]?[name] = value
            return true
        }
    }

    /// All custom globals.
    package var configurationValues: [String: [String: ScriptValue]] {
        state.withLock { $0.custom }
    }

    // MARK: - Workers

    /// The number of workers; 0 before the start.
    package var workerCount: Int {
        state.withLock { $0.workers.count }
    }

    /// Takes over the workers; called once by the start.
    package func adopt(workers: [NIOLoopBound<Worker>]) {
        state.withLock { $0.workers = workers }
    }

    /// Runs something on the loop of one worker, later.
    package func onWorker(_ index: Int, _ work: @escaping @Sendable (Worker) -> Void) {
        guard let worker = state.withLock({ $0.workers.indices.contains(index) ? $0.workers[index] : nil }) else {
            return
        }
        transport.eventLoop(index).execute { work(worker.value) }
    }

    /// Asks each worker something on its own loop and gathers the answers in order.
    package func onEachWorker<Answer: Sendable>(_ work: @escaping @Sendable (Worker) -> Answer) async -> [Answer] {
        var answers: [Answer] = []
        for (index, worker) in state.withLock({ $0.workers }).enumerated() {
            if let answer = try? await transport.eventLoop(index).submit({ work(worker.value) }).get() {
                answers.append(answer)
            }
        }
        return answers
    }
}
