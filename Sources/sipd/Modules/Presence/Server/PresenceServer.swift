import Database
import Logging
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization

/// The presence server: what the modules of event packages register with, and what the functions work on.
final class PresenceServer: Sendable {
    let server: Server
    let settings: PresenceSettings
    let state = PresenceState()
    let database: PresenceDatabase?
    private let packages = Mutex<[String: EventPackage]>([:])
    private let etagPrefix: ByteString
    private let serial = Atomic<Int>(0)
    /// Subscriptions that the database does not have as they are (mode 2); nil for one that is gone.
    private let unsaved = Mutex<[SubscriptionID: Subscription?]>([:])

    init(_ settings: PresenceSettings, server: Server) {
        self.settings = settings
        self.server = server
        database = PresenceDatabase(settings)
        etagPrefix = ByteString("a.\(WallClock.now.seconds).\(ProcessIdentity.number).")
    }

    var now: Int { WallClock.now.seconds }

    /// A new entity-tag.
    func makeTag() -> ByteString {
        etagPrefix + ByteString(integer: serial.wrappingAdd(1, ordering: .relaxed).newValue) + ".0"
    }

    // MARK: - Packages

    /// Adds an event package.
    func register(_ package: EventPackage) {
        packages.withLock { $0[package.name] = package }
    }

    /// A package by name.
    func package(_ name: String) -> EventPackage? {
        packages.withLock { $0[name] }
    }

    /// The names of all packages, for Allow-Events.
    var packageNames: [String] { packages.withLock { $0.keys.sorted() } }

    // MARK: - Storage

    /// Whether publications are written.
    var writesPublications: Bool { database != nil && !settings.keepsPublicationsInMemory }

    /// Runs work that may ask the database, then goes on with the script; at once when there is no database.
    func working<Value: Sendable>(
        _ context: ScriptContext, _ work: @escaping @Sendable () throws -> Value,
        then: @escaping (Result<Value, any Error>) -> Int
    ) -> FunctionResult {
        guard database != nil else { return .code(then(Result { try work() })) }
        return context.waiting(work, then: then)
    }

    /// Reads what other servers may have changed; blocking.
    func refresh(_ key: PresentityKey) throws {
        guard let database else { return }
        if settings.sharesPublications {
            state.replacePublications(of: key, by: try database.publications(of: key).map(\.1))
        }
        if settings.subscriptionStorage == .databaseOnly {
            state.replaceSubscriptions(to: key, by: try database.subscriptions(to: key))
        }
    }

    /// Writes a subscription as `subs_db_mode` wants it; blocking.
    func save(_ subscription: Subscription) throws {
        guard let database else { return }
        switch settings.subscriptionStorage {
        case .memory: break
        case .writeThrough, .databaseOnly: try database.write([subscription])
        case .writeBack: unsaved.withLock { $0[subscription.id] = .some(subscription) }
        }
    }

    /// Removes the row of a subscription; blocking.
    func erase(_ id: SubscriptionID) throws {
        guard let database else { return }
        switch settings.subscriptionStorage {
        case .memory: break
        case .writeThrough, .databaseOnly: try database.write([], removing: [id])
        case .writeBack: unsaved.withLock { $0[id] = .some(nil) }
        }
    }

    /// Writes what is not saved yet (mode 2); blocking.
    func flush() throws {
        guard let database else { return }
        let batch = unsaved.withLock { unsaved in
            defer { unsaved = [:] }
            return unsaved
        }
        guard !batch.isEmpty else { return }
        do {
            let gone = batch.filter { $0.value == nil }.map(\.key)
            try database.write(batch.values.compactMap { $0 }, removing: gone)
        } catch {
            unsaved.withLock { $0.merge(batch) { newer, _ in newer } }
            throw error
        }
    }

    /// Loads what the tables hold; blocking.
    func load() throws {
        guard let database else { return }
        let now = now
        if writesPublications {
            var lists: [PresentityKey: [Publication]] = [:]
            let all = try database.publications(of: nil)
            for (key, publication) in all where publication.expires > now {
                lists[key, default: []].append(publication)
            }
            for (key, list) in lists { state.replacePublications(of: key, by: list) }
            let ended = all.filter { $0.1.expires <= now }
            if !ended.isEmpty { try database.delete(ended) }
        }
        guard settings.subscriptionStorage != .memory else { return }
        for subscription in try database.subscriptions() where subscription.expires > now { state.store(subscription) }
    }

    /// Runs blocking work that nobody waits for; a failure is logged.
    func inBackground(_ worker: Worker, _ what: String, _ work: @escaping @Sendable () throws -> Void) {
        let logger = server.logger
        server.databases.run(on: worker.eventLoop, work) { result in
            if case .failure(let error) = result {
                logger.error("presence tables are not up to date", metadata: ["work": "\(what)", "error": "\(error)"])
            }
        }
    }
}
