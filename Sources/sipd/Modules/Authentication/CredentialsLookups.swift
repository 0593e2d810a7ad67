import Database
import ModuleInterface
import NIOCore

/// The look-ups of one worker in the subscriber table.
///
/// A round trip to the database costs more than the row it brings. So one query of a worker is under way at a time, and
/// what comes up meanwhile goes out in the next: alone when little is to do, dozens in one statement under load.
/// Confined to its worker's event loop.
final class CredentialsLookups {
    /// Where a worker keeps its look-ups.
    static let key = WorkerKey<CredentialsLookups>()

    /// Called on the worker's loop with the row of the user, nil when there is none.
    typealias Answer = (Result<CredentialsQuery.Row?, any Error>) -> Void

    /// How many users one job on a database thread looks up; more wait for the next.
    private static let batchCountMax = 256

    private let eventLoop: any EventLoop
    private let databases: DatabaseRegistry
    private let pool: DatabasePool
    private let query: CredentialsQuery
    private var waiting: [(user: CredentialsQuery.User, answer: Answer)] = []
    private var isRunning = false
    private var isScheduled = false

    init(on worker: Worker, _ pool: DatabasePool, _ query: CredentialsQuery) {
        eventLoop = worker.eventLoop
        databases = worker.server.databases
        self.pool = pool
        self.query = query
    }

    /// Looks a user up; the answer comes later, never before this returns.
    func find(_ user: CredentialsQuery.User, then answer: @escaping Answer) {
        waiting.append((user, answer))
        guard !isRunning, !isScheduled else { return }
        isScheduled = true
        // At the end of the read cycle, so that what came in together is asked for together.
        eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            self.ask()
        }
    }

    private func ask() {
        guard !waiting.isEmpty, !isRunning else { return }
        let batch = Array(waiting.prefix(Self.batchCountMax))
        waiting.removeFirst(batch.count)
        let users = batch.map(\.user)
        isRunning = true
        databases.run(
            on: eventLoop, { [pool, query] in try pool.withConnection { query.fetch($0, users) } }
        ) { result in
            self.isRunning = false
            // The database works on the next batch while the scripts of this one go on.
            self.ask()
            for (index, entry) in batch.enumerated() {
                switch result {
                case .success(let answers): entry.answer(answers[index].mapError { $0 })
                case .failure(let error): entry.answer(.failure(error))
                }
            }
        }
    }
}
