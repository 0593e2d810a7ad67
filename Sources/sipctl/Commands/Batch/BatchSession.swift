import Database

/// What the commands of a batch share: one connection, and one transaction when that is wanted.
final class BatchSession {
    let connection: any DatabaseConnection

    init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }
}
