import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The table of the nodes of rtpengine or rtpproxy.
struct RelayDatabase: Sendable {
    private let pool: DatabasePool
    private let table: SQLIdentifier
    private let columns: [SQLIdentifier]
    /// The table of the schema that it is like.
    private let kind: String

    /// More rows are an error.
    private static let rowsMax = 1024

    init(
        _ parameters: ModuleParameters, _ pool: DatabasePool, like kind: String = "rtpengine",
        stateColumn: String = "disabled_col"
    ) throws(ScriptError) {
        func identifier(_ name: String) throws(ScriptError) -> SQLIdentifier {
            let text = parameters.string(name)?.string ?? ""
            guard let identifier = SQLIdentifier(text) else { throw ScriptError("\(name) '\(text)' is no name") }
            return identifier
        }
        self.pool = pool
        self.kind = kind
        table = try identifier("table_name")
        columns = [
            try identifier("setid_col"), try identifier("url_col"), try identifier("weight_col"),
            try identifier(stateColumn),
        ]
    }

    /// Reads all rows; nodes that are known keep their state.
    ///
    /// - Throws: when the table is of another version, or a row cannot be used: then the sets in use stay.
    func load(_ databases: DatabaseRegistry, keeping old: RelaySets) async throws -> RelaySets {
        try await databases.checkVersions(of: [table.name], like: kind, in: pool)
        let query = SelectQuery(columns: columns, from: table, orderBy: [columns[0], columns[1]])
        let rows = try await databases.run { [pool] in try pool.withConnection { try $0.rows(query.sql) } }
        guard rows.count <= Self.rowsMax else {
            throw ScriptError("table '\(table)' has more than \(Self.rowsMax) rows")
        }
        var sets = RelaySets()
        for row in rows {
            guard let set = row[0].integer, let url = row[1].text, let weight = row[2].integer else {
                throw ScriptError("a row of table '\(table)' lacks set, url or weight")
            }
            let known = old.all.first { $0.member.node.url == url }?.member.node
            try sets.add(
                try known ?? RelayNode(ByteString(url)), weight: Int(clamping: weight), to: Int(clamping: set),
                isDisabled: (row[3].integer ?? 0) != 0)
        }
        return sets
    }
}
