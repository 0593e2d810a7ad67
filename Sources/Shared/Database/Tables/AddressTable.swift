/// A row of the table `address` as it is stored; nothing about it was checked.
///
/// A number is nil when the row holds none there, which SQLite allows.
package struct AddressRecord: Equatable, Sendable {
    /// The row's id; 0 before it is stored.
    package var id: Int64
    /// The group, which `allow_source_address` names.
    package var group: Int64?
    /// An IPv4 or IPv6 address, or a domain name.
    package var address: String
    /// The prefix length.
    package var mask: Int64?
    /// The port the source must have; 0 for any.
    package var port: Int64?
    /// A text the routing script gets when the row matches.
    package var tag: String?

    /// Creates a record.
    package init(id: Int64 = 0, group: Int64?, address: String, mask: Int64?, port: Int64?, tag: String?) {
        self.id = id
        self.group = group
        self.address = address
        self.mask = mask
        self.port = port
        self.tag = tag
    }
}

/// The table `address`, or one with the same columns under other names.
package struct AddressTable {
    /// The names of table and columns, which the permissions module lets a configuration change.
    package struct Names: Sendable, Equatable {
        /// The table.
        package var table: SQLIdentifier = "address"
        /// `grp_col`.
        package var group: SQLIdentifier = "grp"
        /// `ip_addr_col`.
        package var address: SQLIdentifier = "ip_addr"
        /// `mask_col`.
        package var mask: SQLIdentifier = "mask"
        /// `port_col`.
        package var port: SQLIdentifier = "port"
        /// `tag_col`.
        package var tag: SQLIdentifier = "tag"

        /// Kamailio's defaults.
        package init() {}
    }

    /// Longest tag the column holds, in characters.
    package static let tagLengthMax = 64

    private let connection: any DatabaseConnection
    private let names: Names

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection, names: Names = Names()) {
        self.connection = connection
        self.names = names
    }

    private var selection: String {
        "SELECT id, \(names.group.quoted), \(names.address.quoted), \(names.mask.quoted), \(names.port.quoted), "
            + "\(names.tag.quoted) FROM \(names.table.quoted)"
    }

    /// Adds a row and returns its id.
    package func insert(_ record: AddressRecord) throws(DatabaseError) -> Int64 {
        let sql =
            "INSERT INTO \(names.table.quoted) (\(names.group.quoted), \(names.address.quoted), \(names.mask.quoted), "
            + "\(names.port.quoted), \(names.tag.quoted)) VALUES (?, ?, ?, ?, ?)"
        return try connection.execute(
            sql,
            [
                record.group.map(DatabaseValue.integer) ?? .null, .text(record.address),
                record.mask.map(DatabaseValue.integer) ?? .null, record.port.map(DatabaseValue.integer) ?? .null,
                DatabaseValue(record.tag),
            ]
        ).lastInsertID
    }

    /// Hands over all rows, or those of a group, in the order of their ids, in constant memory.
    package func forEach(
        group: Int64? = nil, limit: Int? = nil, _ body: (AddressRecord) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        var sql = selection
        var parameters: [DatabaseValue] = []
        if let group {
            sql += " WHERE \(names.group.quoted) = ?"
            parameters.append(.integer(group))
        }
        sql += " ORDER BY id"
        if let limit {
            sql += " LIMIT ?"
            parameters.append(.integer(Int64(limit)))
        }
        try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in try body(Self.record(row)) }
    }

    /// The rows with exactly this text as address, in a group or in all; inside a write transaction they are locked.
    package func rows(withAddress address: String, group: Int64? = nil) throws(DatabaseError) -> [AddressRecord] {
        var sql = selection + " WHERE \(names.address.quoted) = ?"
        var parameters: [DatabaseValue] = [.text(address)]
        if let group {
            sql += " AND \(names.group.quoted) = ?"
            parameters.append(.integer(group))
        }
        sql += " ORDER BY id"
        if connection.isInTransaction, connection.engine == .mysql { sql += " FOR UPDATE" }
        return try connection.rows(sql, parameters).map(Self.record)
    }

    /// Removes a row; false when there is none with that id.
    package func delete(id: Int64) throws(DatabaseError) -> Bool {
        try connection.execute("DELETE FROM \(names.table.quoted) WHERE id = ?", [.integer(id)]).affectedRows > 0
    }

    private static func record(_ row: DatabaseRow) -> AddressRecord {
        AddressRecord(
            id: row[0].integer ?? 0, group: row[1].integer, address: row[2].text ?? "", mask: row[3].integer,
            port: row[4].integer, tag: row[5].text)
    }
}
