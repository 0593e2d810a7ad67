package import Database

/// The engines that the conformance tests run on.
package enum DatabaseUnderTest: String, CaseIterable, Sendable {
    /// A file in a temporary folder.
    case sqlite
    /// A private MariaDB server.
    case mariadb

    /// The engines that are installed; SQLite always is.
    package static let available: [DatabaseUnderTest] = PrivateMariaDB.absence == nil ? [.sqlite, .mariadb] : [.sqlite]

    /// A place for a new database, which is removed with the returned object.
    package func place() -> DatabasePlace {
        switch self {
        case .sqlite:
            let folder = TemporaryFolder()
            return DatabasePlace(url: DatabaseURL(.file("\(folder.path)/test.sqlite")), folder: folder)
        case .mariadb:
            guard let server = PrivateMariaDB.shared else { fatalError(PrivateMariaDB.absence ?? "") }
            return DatabasePlace(url: server.unusedURL(), folder: nil)
        }
    }

    /// A new database with the tables of the given sets.
    package func database(_ sets: Set<SchemaSet> = [.standard, .sipd]) throws -> DatabasePlace {
        let place = place()
        _ = try DatabaseCreator.create(place.url, sets: sets)
        return place
    }
}

/// Where a database of a test is.
package struct DatabasePlace: Sendable {
    /// Its URL.
    package let url: DatabaseURL
    private let folder: TemporaryFolder?

    init(url: DatabaseURL, folder: TemporaryFolder?) {
        self.url = url
        self.folder = folder
    }

    /// A connection of its own to the database.
    package func open(_ change: (inout DatabaseOptions) -> Void = { _ in }) throws -> any DatabaseConnection {
        var options = DatabaseOptions()
        change(&options)
        return try withExtendedLifetime(folder) { try Database.open(url, options: options) }
    }
}
