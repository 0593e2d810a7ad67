/// A registered contact as a row of the table `location`; times are seconds since 1970 UTC.
package struct LocationRecord: Equatable, Sendable {
    /// Unique id of the record on all servers.
    package var ruid: String
    /// User part of the address of record.
    package var username: String
    /// Domain of the address of record; nil when the domain is not used.
    package var domain: String?
    /// The contact URI.
    package var contact: String
    /// The source the REGISTER came from, as a URI, when it was behind a NAT.
    package var received: String?
    /// The Path header fields of the REGISTER.
    package var path: String?
    /// When the contact ends, 0 for never; nil when the row holds no time.
    package var expires: Int64?
    /// The preference, 0 to 1; -1 when the contact gave none.
    package var q = -1.0
    /// Call-ID of the REGISTER.
    package var callID = ""
    /// CSeq of the REGISTER.
    package var cseq: Int64 = 1
    /// When the row was written last; nil when the row holds no time.
    package var lastModified: Int64?
    /// Flags of the record.
    package var flags: Int64 = 0
    /// Branch flags the script had set.
    package var branchFlags: Int64 = 0
    /// The User-Agent header field.
    package var userAgent = ""
    /// The local socket the REGISTER came in on: `udp:192.0.2.1:5060`.
    package var socket: String?
    /// Bit set of the allowed methods.
    package var methods: Int64?
    /// `+sip.instance` (RFC 5626).
    package var instance: String?
    /// `reg-id` (RFC 5626).
    package var regID: Int64 = 0
    /// The server that saved the contact.
    package var serverID: Int64 = 0
    /// The connection the contact is reached by; -1 for none.
    package var connectionID: Int64 = -1
    /// Whether the contact gets keepalives.
    package var keepalive: Int64 = 0
    /// Which part of the work on all contacts this one belongs to.
    package var partition: Int64 = 0

    /// Creates a record with Kamailio's defaults for everything that is not given.
    package init(ruid: String, username: String, domain: String?, contact: String) {
        self.ruid = ruid
        self.username = username
        self.domain = domain
        self.contact = contact
    }
}

/// The table `location`, or another one with the same columns.
package struct LocationTable {
    private static let columns: [SQLIdentifier] = [
        "ruid", "username", "domain", "contact",
        "received", "path", "expires", "q",
        "callid", "cseq", "last_modified", "flags",
        "cflags", "user_agent", "socket", "methods",
        "instance", "reg_id", "server_id",
        "connection_id", "keepalive", "partition",
    ]
    private static let columnList = columns.map(\.quoted).joined(separator: ", ")

    private let connection: any DatabaseConnection
    private let table: SQLIdentifier

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection, table: SQLIdentifier = "location") {
        self.connection = connection
        self.table = table
    }

    /// Which rows an operation is about.
    package enum Selection: Equatable, Sendable {
        /// All rows.
        case all
        /// The rows a server saved.
        case server(Int64)
        /// The rows of an address of record; a nil domain leaves the domain out of the comparison.
        case addressOfRecord(username: String, domain: String?)
        /// The row with this id.
        case ruid(String)
    }

    private func condition(_ selection: Selection) -> (String, [DatabaseValue]) {
        switch selection {
        case .all: ("", [])
        case .server(let id): (" WHERE server_id = ?", [.integer(id)])
        case .addressOfRecord(let username, nil): (" WHERE username = ?", [.text(username)])
        case .addressOfRecord(let username, let domain?):
            (" WHERE username = ? AND domain = ?", [.text(username), .text(domain)])
        case .ruid(let ruid): (" WHERE ruid = ?", [.text(ruid)])
        }
    }

    // MARK: Reading

    /// Hands over rows in the order of their ids, in constant memory.
    package func forEach(
        _ selection: Selection = .all, limit: Int? = nil,
        _ body: (LocationRecord) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        var (sql, parameters) = condition(selection)
        sql = "SELECT \(Self.columnList) FROM \(table.quoted)\(sql) ORDER BY id"
        if let limit {
            sql += " LIMIT ?"
            parameters.append(.integer(Int64(limit)))
        }
        try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in try body(record(row)) }
    }

    private func record(_ row: DatabaseRow) -> LocationRecord {
        var record = LocationRecord(
            ruid: row[0].text ?? "", username: row[1].text ?? "", domain: row[2].text, contact: row[3].text ?? "")
        record.received = row[4].text
        record.path = row[5].text
        record.expires = TimeColumn.seconds(row[6], from: connection.engine)
        record.q = row[7].real ?? -1
        record.callID = row[8].text ?? ""
        record.cseq = row[9].integer ?? 0
        record.lastModified = TimeColumn.seconds(row[10], from: connection.engine)
        record.flags = row[11].integer ?? 0
        record.branchFlags = row[12].integer ?? 0
        record.userAgent = row[13].text ?? ""
        record.socket = row[14].text
        record.methods = row[15].integer
        record.instance = row[16].text
        record.regID = row[17].integer ?? 0
        record.serverID = row[18].integer ?? 0
        record.connectionID = row[19].integer ?? -1
        record.keepalive = row[20].integer ?? 0
        record.partition = row[21].integer ?? 0
        return record
    }

    // MARK: Writing

    /// Adds a contact.
    ///
    /// - Throws: `duplicate` when its ruid exists.
    package func insert(_ record: LocationRecord) throws(DatabaseError) {
        var bulk = BulkInsert(connection, into: table, columns: Self.columns)
        try bulk.add(values(record))
        try bulk.finish()
    }

    /// Adds contacts or replaces the rows that have their ruids; use it inside a transaction.
    package func store(_ records: some Sequence<LocationRecord>) throws(DatabaseError) {
        var bulk = BulkInsert(
            connection, into: table, columns: Self.columns, onConflict: .update(Array(Self.columns.dropFirst())))
        for record in records { try bulk.add(values(record)) }
        try bulk.finish()
    }

    /// Replaces the row that has the record's ruid; false when there is none.
    package func update(_ record: LocationRecord) throws(DatabaseError) -> Bool {
        let assignments = Self.columns.dropFirst().map { "\($0.quoted) = ?" }.joined(separator: ", ")
        return try connection.execute(
            "UPDATE \(table.quoted) SET \(assignments) WHERE ruid = ?",
            Array(values(record).dropFirst()) + [.text(record.ruid)]
        ).affectedRows > 0
    }

    /// Removes rows and returns how many.
    package func delete(_ selection: Selection) throws(DatabaseError) -> Int {
        let (sql, parameters) = condition(selection)
        return try connection.execute("DELETE FROM \(table.quoted)\(sql)", parameters).affectedRows
    }

    /// Removes the rows that ended before a point in time, except those that never end, and returns how many.
    ///
    /// With a server, only the rows it saved are looked at.
    package func deleteExpired(before seconds: Int64, server: Int64? = nil) throws(DatabaseError) -> Int {
        var sql = "DELETE FROM \(table.quoted) WHERE expires < ? AND expires > ?"
        var parameters = [
            TimeColumn.value(seconds, for: connection.engine), TimeColumn.value(0, for: connection.engine),
        ]
        if let server {
            sql += " AND server_id = ?"
            parameters.append(.integer(server))
        }
        return try connection.execute(sql, parameters).affectedRows
    }

    // MARK: Counting

    /// How many rows there are.
    package func count() throws(DatabaseError) -> Int64 {
        try number("SELECT COUNT(*) FROM \(table.quoted)", [])
    }

    /// How many rows have ended before a time.
    package func count(endedBefore seconds: Int64) throws(DatabaseError) -> Int64 {
        let zero = TimeColumn.value(0, for: connection.engine)
        return try number(
            "SELECT COUNT(*) FROM \(table.quoted) WHERE expires > ? AND expires < ?",
            [zero, TimeColumn.value(seconds, for: connection.engine)])
    }

    /// How many addresses of record have rows.
    package func countUsers(byDomain: Bool) throws(DatabaseError) -> Int64 {
        let columns = byDomain ? "username, domain" : "username"
        return try number(
            "SELECT COUNT(*) FROM (SELECT DISTINCT \(columns) FROM \(table.quoted)) AS users", [])
    }

    private func number(_ sql: String, _ parameters: [DatabaseValue]) throws(DatabaseError) -> Int64 {
        var number: Int64 = 0
        try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in
            number = row[0].integer ?? 0
            return .proceed
        }
        return number
    }

    private func values(_ record: LocationRecord) -> [DatabaseValue] {
        let engine = connection.engine
        return [
            .text(record.ruid), .text(record.username), DatabaseValue(record.domain), .text(record.contact),
            DatabaseValue(record.received), DatabaseValue(record.path),
            TimeColumn.value(record.expires ?? 0, for: engine), .real(record.q), .text(record.callID),
            .integer(record.cseq), TimeColumn.value(record.lastModified ?? 0, for: engine), .integer(record.flags),
            .integer(record.branchFlags), .text(record.userAgent), DatabaseValue(record.socket),
            record.methods.map(DatabaseValue.integer) ?? .null, DatabaseValue(record.instance),
            .integer(record.regID), .integer(record.serverID), .integer(record.connectionID),
            .integer(record.keepalive), .integer(record.partition),
        ]
    }
}
