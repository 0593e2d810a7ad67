import CommandLineInterface
import Database

/// What the commands of a batch share: one connection, and one transaction when that is wanted.
final class BatchSession {
    private var shared: (any DatabaseConnection)?
    private let isOneTransaction: Bool

    init(isOneTransaction: Bool) {
        self.isOneTransaction = isOneTransaction
    }

    /// The batch's connection; the first command that needs one opens it.
    func connection(_ open: () throws -> any DatabaseConnection) throws -> any DatabaseConnection {
        if let shared, shared.isUsable { return shared }
        let connection = try open()
        if isOneTransaction { try connection.begin(.write) }
        shared = connection
        return connection
    }

    /// Ends the batch; changes of the one transaction are kept or taken back.
    func finish(keeping: Bool) throws {
        guard let connection = shared else { return }
        defer { connection.close() }
        guard connection.isInTransaction else { return }
        if keeping { try connection.commit() } else { connection.rollback() }
    }
}
