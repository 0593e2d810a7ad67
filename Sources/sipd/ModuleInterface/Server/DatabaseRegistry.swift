package import Database
package import NIOCore
import NIOPosix
package import ScriptEngine
import Synchronization

/// The databases that modules use, one pool of connections for each URL, and the threads that wait for them.
///
/// Event loops never talk to a database: work is given to these threads, and its result comes back to the worker.
package final class DatabaseRegistry: Sendable {
    /// Connections to one database at once, which is also the number of threads.
    package static let connectionsMax = 4

    private let pools = Mutex<[String: DatabasePool]>([:])
    private let threads: NIOThreadPool

    /// A registry without databases; its threads start with the first use.
    package init() {
        threads = NIOThreadPool(numberOfThreads: Self.connectionsMax)
        threads.start()
    }

    /// The pool for a database URL as the configuration has it (`mysql://…`, `sqlite:///…`).
    ///
    /// Nothing is opened yet.
    ///
    /// - Throws: `ScriptError` when the URL is none.
    package func pool(for url: String) throws(ScriptError) -> DatabasePool {
        let parsed: DatabaseURL
        do {
            parsed = try DatabaseURL(parsing: url)
        } catch {
            throw ScriptError("\(error)")
        }
        return pools.withLock { pools in
            if let pool = pools[url] { return pool }
            let pool = DatabasePool(parsed, options: .server, connections: Self.connectionsMax)
            pools[url] = pool
            return pool
        }
    }

    /// The pools by URL, with the passwords masked.
    package var all: [(name: String, pool: DatabasePool)] {
        pools.withLock { $0.values.map { ("\($0.url)", $0) } }.sorted { $0.0 < $1.0 }
    }

    /// Runs blocking work on a database thread and waits for it without blocking.
    package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.runIfActive(work)
    }

    /// Runs blocking work on a database thread and delivers its result on the given loop, where this is called.
    package func run<Value: Sendable>(
        on eventLoop: any EventLoop, _ work: @escaping @Sendable () throws -> Value,
        then: @escaping (Result<Value, any Error>) -> Void
    ) {
        threads.runIfActive(eventLoop: eventLoop, work).assumeIsolated().whenComplete(then)
    }

    /// Checks that tables have a version this program can work with.
    ///
    /// `kind` is the table of the schema that they have to be like, when they have other names.
    /// - Throws: `DatabaseError` that names the table.
    package func checkVersions(of tables: [String], like kind: String? = nil, in pool: DatabasePool) async throws {
        try await run {
            try pool.withConnection { connection in
                for name in tables {
                    guard let table = SQLIdentifier(name) else { continue }
                    try VersionTable(connection).check(table, like: kind)
                }
            }
        }
    }

    /// Ends the threads after the work that was given to them.
    package func stop() async {
        try? await threads.shutdownGracefully()
    }
}
