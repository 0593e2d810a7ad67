import ControlProtocol
import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The tables of dialogs and their variables.
struct DialogStorage: Sendable {
    /// When rows are written (Kamailio: `db_mode`).
    enum Mode: Int, Sendable {
        case atOnce = 1
        case periodically
        case atEnd
    }

    let mode: Mode
    let pool: DatabasePool
    private let period: Int
    private let table: SQLIdentifier
    private let variableTable: SQLIdentifier
    let skipsLoad: Bool

    /// Reads the parameters; nil without a database.
    init?(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let mode = Mode(rawValue: parameters.integer("db_mode")) else { return nil }
        let url = parameters.string("db_url") ?? ""
        guard !url.isEmpty else { throw ScriptError("db_mode needs a database", hint: "set parameter 'db_url'") }
        self.mode = mode
        pool = try server.databases.pool(for: url.string)
        period = parameters.integer("db_update_period")
        table = try Self.identifier("table_name", parameters)
        variableTable = try Self.identifier("vars_table_name", parameters)
        skipsLoad = parameters.flag("db_skip_load")
    }

    private static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier
    {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    /// Seconds between two writes; nil when rows are written at once or at the end only.
    var periodSeconds: Int? { mode == .periodically ? period : nil }

    /// Checks the versions of the tables.
    func check(_ server: Server) async throws {
        try await server.databases.checkVersions(of: [table.name], like: "dialog", in: pool)
        try await server.databases.checkVersions(of: [variableTable.name], like: "dialog_vars", in: pool)
    }

    // MARK: - Reading

    private static let columns: [SQLIdentifier] = [
        "hash_entry", "hash_id", "callid", "from_uri", "from_tag", "to_uri", "to_tag", "caller_cseq", "callee_cseq",
        "caller_route_set", "callee_route_set", "caller_contact", "callee_contact", "caller_sock", "callee_sock",
        "state", "start_time", "timeout", "sflags", "iflags", "toroute_name", "req_uri", "xdata",
    ]
    private static let variableColumns: [SQLIdentifier] = ["hash_entry", "hash_id", "dialog_key", "dialog_value"]

    /// Reads the calls that were going on; blocks.
    ///
    /// Rows without a Call-ID or with a state that is none are left out.
    func load() throws -> [DialogRecord] {
        try pool.withConnection { connection in
            var records: [DialogIdentifier: DialogRecord] = [:]
            let query = SelectQuery(columns: Self.columns, from: table)
            try connection.forEachRow(query.sql, []) { row throws(DatabaseError) in
                if let record = Self.record(row.values), records.count < DialogTable.countMax {
                    records[record.identifier] = record
                }
                return .proceed
            }
            let variables = SelectQuery(columns: Self.variableColumns, from: variableTable)
            try connection.forEachRow(variables.sql, []) { row throws(DatabaseError) in
                guard let identifier = Self.identifier(row.values), let name = row[2].text, let value = row[3].text,
                    (records[identifier]?.variables.count ?? 0) < Dialog.variableCountMax
                else { return .proceed }
                records[identifier]?.variables[ByteString(name)] = ByteString(value)
                return .proceed
            }
            return records.values.sorted { $0.identifier.number < $1.identifier.number }
        }
    }

    private static func identifier(_ values: [DatabaseValue]) -> DialogIdentifier? {
        guard let entry = values[0].integer, let number = values[1].integer, let entry = Int32(exactly: entry),
            let number = Int32(exactly: number), entry >= 0, number >= 0
        else { return nil }
        return DialogIdentifier(entry: Int(entry), number: Int(number))
    }

    private static func record(_ values: [DatabaseValue]) -> DialogRecord? {
        func text(_ index: Int) -> ByteString { ByteString(values[index].text ?? "") }
        func number(_ index: Int) -> Int { values[index].integer.flatMap { Int32(exactly: $0) }.map(Int.init) ?? 0 }
        guard let identifier = identifier(values), let callID = values[2].text, !callID.isEmpty,
            let state = DialogState(rawValue: number(15)), state.isActive
        else { return nil }
        var record = DialogRecord(
            identifier: identifier, callID: ByteString(callID), fromURI: text(3), toURI: text(5), requestURI: text(21))
        record.state = state
        record.caller = DialogLeg(
            tag: text(4), contact: text(11), sequenceNumber: text(7).integerValue ?? 0, routeSet: text(9),
            socket: text(13))
        record.callee = DialogLeg(
            tag: text(6), contact: text(12), sequenceNumber: text(8).integerValue ?? 0, routeSet: text(10),
            socket: text(14))
        record.startedAt = number(16)
        record.createdAt = number(16)
        record.timeout = number(17)
        record.lifetime = max(0, number(17) - number(16))
        record.flags = UInt32(truncatingIfNeeded: number(18))
        record.internalFlags = number(19)
        record.timeoutRoute = text(20)
        record.profiles = profiles(text(22))
        return record
    }

    /// The profiles in `xdata`: `{"profiles":[{"name":"caller","value":"sip:alice@x.y"}]}`.
    static func profiles(_ text: ByteString) -> [ProfileMembership] {
        guard !text.isEmpty, let document = try? JSONParser.parse(text.array),
            case .array(let elements)? = document["profiles"]
        else { return [] }
        return elements.compactMap { element in
            guard let name = element["name"]?.stringValue else { return nil }
            return ProfileMembership(
                profile: ByteString(name), value: element["value"]?.stringValue.map { ByteString($0) })
        }
    }

    /// The text of `xdata`.
    static func text(of profiles: [ProfileMembership], _ identifier: DialogIdentifier) -> String? {
        guard !profiles.isEmpty else { return nil }
        let elements = profiles.enumerated().map { index, membership -> JSONValue in
            var members = [JSONMember("name", .string(membership.profile.string))]
            if let value = membership.value { members.append(JSONMember("value", .string(value.string))) }
            members.append(JSONMember("puid", .string("dlgp-\(identifier)-\(index + 1)")))
            return .object(members)
        }
        return JSONValue.object([JSONMember("profiles", .array(elements))]).text()
    }

    // MARK: - Writing

    /// Writes and removes dialogs in one transaction; blocks.
    func apply(_ records: [DialogRecord], removing removed: [DialogIdentifier]) throws {
        try pool.withConnection { connection in
            try connection.transaction {
                for identifier in removed + records.map(\.identifier) { try remove(identifier, connection) }
                var rows = BulkInsert(connection, into: table, columns: Self.columns)
                for record in records { try rows.add(Self.values(record)) }
                try rows.finish()
                var variables = BulkInsert(connection, into: variableTable, columns: Self.variableColumns)
                for record in records {
                    let key = Self.key(record.identifier)
                    for (name, value) in record.variables {
                        try variables.add(key + [.text(name.string), .text(value.string)])
                    }
                }
                try variables.finish()
            }
        }
    }

    private static func key(_ identifier: DialogIdentifier) -> [DatabaseValue] {
        [.integer(Int64(identifier.entry)), .integer(Int64(identifier.number))]
    }

    private func remove(_ identifier: DialogIdentifier, _ connection: any DatabaseConnection) throws {
        for name in [table, variableTable] {
            _ = try connection.execute(
                "DELETE FROM \(name.quoted) WHERE hash_entry = ? AND hash_id = ?", Self.key(identifier))
        }
    }

    private static func values(_ record: DialogRecord) -> [DatabaseValue] {
        let callee = record.callee ?? DialogLeg()
        return key(record.identifier) + [
            .text(record.callID.string), .text(record.fromURI.string), .text(record.caller.tag.string),
            .text(record.toURI.string), .text(callee.tag.string), .text("\(record.caller.sequenceNumber)"),
            .text("\(callee.sequenceNumber)"), .text(record.caller.routeSet.string), .text(callee.routeSet.string),
            .text(record.caller.contact.string), .text(callee.contact.string), .text(record.caller.socket.string),
            .text(callee.socket.string), .integer(Int64(record.state.rawValue)), .integer(Int64(record.startedAt)),
            .integer(Int64(record.timeout)), .integer(Int64(record.flags)), .integer(Int64(record.internalFlags)),
            .text(record.timeoutRoute.string), .text(record.requestURI.string),
            text(of: record.profiles, record.identifier).map { .text($0) } ?? .null,
        ]
    }
}
