import Database
import ModuleInterface
import OperatingSystem
import SIPMessage
import Synchronization
import Transport

/// The list in use, and where it comes from.
final class DestinationStore: Sendable {
    /// Where the rows come from.
    enum Source: Sendable {
        case file(String)
        case database(DatabasePool, DestinationTable)
    }

    /// A reload that was refused because rows cannot be used; at most `shownMax` of them are named.
    struct Refused: Error, Sendable, CustomStringConvertible {
        private static let shownMax = 20
        let problems: [DestinationRow.Problem]

        var description: String {
            "\(problems.count) rows cannot be used, the list was not changed: "
                + problems.prefix(Self.shownMax).map(\.description).joined(separator: "; ")
        }
    }

    let source: Source
    private let server: Server
    /// The socket of destinations that name none.
    private let defaultSocket: ByteString?
    private let hasDefault: Bool
    private let current = Mutex(DestinationList())

    init(_ source: Source, _ server: Server, defaultSocket: ByteString?, hasDefault: Bool) {
        self.source = source
        self.server = server
        self.defaultSocket = defaultSocket
        self.hasDefault = hasDefault
    }

    /// The list in use.
    var list: DestinationList { current.withLock { $0 } }

    /// Reads the rows and puts the new list in use.
    ///
    /// - Parameter skippingBadRows: at the start bad rows are left out, since no older list could stay in use.
    /// - Returns: the rows that were left out.
    /// - Throws: `Refused`, or why the rows could not be read.
    func reload(skippingBadRows: Bool = false) async throws -> [DestinationRow.Problem] {
        let rows = try await read()
        var problems: [DestinationRow.Problem] = []
        var destinations: [(set: Int, destination: Destination)] = []
        for row in rows {
            do throws(DestinationRow.Problem) { destinations.append(try destination(row)) } catch {
                problems.append(error)
            }
        }
        guard skippingBadRows || problems.isEmpty else { throw Refused(problems: problems) }
        let list = DestinationList(destinations, hasDefault: hasDefault)
        current.withLock { $0 = list }
        return problems
    }

    /// Adds a destination to the list in use; the next reload takes it out again.
    func add(_ row: DestinationRow) throws(DestinationRow.Problem) {
        let (set, destination) = try destination(row)
        current.withLock { $0 = $0.adding(destination, to: set, hasDefault: hasDefault) }
    }

    /// Removes the destinations of a URI from a set in use; false when there is no such set.
    func remove(_ uri: ByteString, from set: Int) -> Bool {
        current.withLock { list in
            guard let shorter = list.removing(uri, from: set, hasDefault: hasDefault) else { return false }
            list = shorter
            return true
        }
    }

    private func destination(
        _ row: DestinationRow
    ) throws(DestinationRow.Problem) -> (set: Int, destination: Destination) {
        try row.destination(
            socket: { server.socket(named: $0) }, default: defaultSocket.flatMap { server.socket(named: $0) })
    }

    private func read() async throws -> [DestinationRow] {
        try await server.databases.run { [source] in
            switch source {
            case .file(let path):
                return DestinationFile.rows(try FileContents.read(path, bytesMax: DestinationFile.bytesMax))
            case .database(let pool, let table):
                return try pool.withConnection { try table.rows($0) }
            }
        }
    }
}
