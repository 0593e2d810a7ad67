import Database
import ModuleInterface
import Synchronization

/// The set of domains in use, and how it is replaced.
final class DomainStore: Sendable {
    /// A reload that was refused because rows cannot be used.
    struct Refused: Error, Sendable, CustomStringConvertible {
        private static let shownMax = 20
        let problems: [DomainRowProblem]

        var description: String {
            "\(problems.count) rows cannot be used, the domains were not changed: "
                + problems.prefix(Self.shownMax).map(\.description).joined(separator: "; ")
        }
    }

    let pool: DatabasePool
    let tables: DomainTables
    private let databases: DatabaseRegistry
    private let current = Mutex(DomainSet())

    init(_ pool: DatabasePool, _ tables: DomainTables, databases: DatabaseRegistry) {
        self.pool = pool
        self.tables = tables
        self.databases = databases
    }

    /// The set in use.
    var set: DomainSet { current.withLock { $0 } }

    /// Reads the tables and puts the new set in use.
    ///
    /// - Parameter skippingBadRows: at the start bad rows are left out, since no older set could stay in use.
    /// - Returns: the rows that were left out.
    /// - Throws: `Refused`, or why the tables could not be read.
    func reload(skippingBadRows: Bool = false) async throws -> [DomainRowProblem] {
        let (set, problems) = try await databases.run { [pool, tables] in
            try pool.withConnection { try tables.read($0) }
        }
        guard skippingBadRows || problems.isEmpty else { throw Refused(problems: problems) }
        current.withLock { $0 = set }
        return problems
    }
}
