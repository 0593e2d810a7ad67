import Database
import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

/// The table of trusted peers: source address, transport, and patterns for From and Request-URI.
final class TrustedPeers: Sendable {
    /// One row.
    struct Peer: Sendable, Equatable {
        var source: ByteString
        var transport: ByteString
        var fromPattern: ByteString?
        var requestURIPattern: ByteString?
        var tag: ByteString?
        var priority: Int

        /// Whether a message of this origin is trusted; a pattern that is absent matches anything.
        func matches(_ question: Question) -> Bool {
            guard source == question.source || source.equalsIgnoringCase("any"),
                transport.equalsIgnoringCase("any") || transport.equalsIgnoringCase(question.transport)
            else { return false }
            return Self.matches(fromPattern, question.from) && Self.matches(requestURIPattern, question.requestURI)
        }

        /// A pattern that is no regular expression matches nothing.
        private static func matches(_ pattern: ByteString?, _ text: ByteString?) -> Bool {
            guard let pattern, !pattern.isEmpty else { return true }
            guard let text, let expression = try? RegularExpression(pattern) else { return false }
            return expression.matches(text)
        }
    }

    /// Who is asked about.
    struct Question: Sendable {
        var source: ByteString
        var transport: ByteString
        var from: ByteString?
        var requestURI: ByteString?
    }

    /// Names of table and columns.
    struct Names: Sendable {
        let table: SQLIdentifier
        let columns: [SQLIdentifier]
    }

    /// More rows than that are refused: each is compared with every message.
    static let countMax = 100_000

    let pool: DatabasePool
    let isCached: Bool
    private let names: Names
    private let databases: DatabaseRegistry
    private let list = Mutex<[Peer]>([])

    init(_ pool: DatabasePool, _ names: Names, isCached: Bool, databases: DatabaseRegistry) {
        self.pool = pool
        self.names = names
        self.isCached = isCached
        self.databases = databases
    }

    /// Reads the table anew (`db_mode` 1) and returns the number of peers.
    func reload() async throws -> Int {
        let pool = pool
        let names = names
        let peers = try await databases.run { try Self.read(names, source: nil, from: pool) }
        list.withLock { $0 = peers }
        return peers.count
    }

    /// The peers kept in memory.
    var peers: [Peer] { list.withLock { $0 } }

    /// What reads the rows of one source address; blocking (`db_mode` 0).
    func reader(_ source: ByteString) -> @Sendable () throws -> [Peer] {
        let pool = pool
        let names = names
        return { try Self.read(names, source: source.string, from: pool) }
    }

    private static func read(_ names: Names, source: String?, from pool: DatabasePool) throws -> [Peer] {
        let columns = names.columns.map(\.quoted).joined(separator: ", ")
        var sql = "SELECT \(columns) FROM \(names.table.quoted)"
        var parameters: [DatabaseValue] = []
        if let source {
            sql += " WHERE \(names.columns[0].quoted) IN (?, 'any')"
            parameters.append(.text(source))
        }
        sql += " ORDER BY \(names.columns[5].quoted) DESC LIMIT \(countMax)"
        return try pool.withConnection { connection in
            try connection.rows(sql, parameters).map { row in
                func text(_ index: Int) -> ByteString? { row[index].text.map { ByteString($0) } }
                return Peer(
                    source: text(0) ?? "", transport: text(1) ?? "", fromPattern: text(2), requestURIPattern: text(3),
                    tag: text(4), priority: text(5)?.integerValue ?? 0)
            }
        }
    }
}
