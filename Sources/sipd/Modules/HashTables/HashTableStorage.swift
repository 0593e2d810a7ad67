import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// Tables in the database.
struct HashTableStorage: Sendable {
    private let pool: DatabasePool
    private let keyName: SQLIdentifier
    private let keyType: SQLIdentifier
    private let valueType: SQLIdentifier
    private let keyValue: SQLIdentifier
    private let expires: SQLIdentifier
    private let arraySizeSuffix: ByteString
    private let hasExpires: Bool

    /// A row of another kind of value than can be used.
    struct Unsuitable: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads the parameters; nil without a database.
    init?(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let url = parameters.string("db_url") ?? ""
        guard !url.isEmpty else { return nil }
        pool = try server.databases.pool(for: url.string)
        keyName = try Self.identifier("key_name_column", parameters)
        keyType = try Self.identifier("key_type_column", parameters)
        valueType = try Self.identifier("value_type_column", parameters)
        keyValue = try Self.identifier("key_value_column", parameters)
        expires = try Self.identifier("expires_column", parameters)
        arraySizeSuffix = parameters.string("array_size_suffix") ?? ""
        hasExpires = parameters.flag("db_expires")
    }

    private static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier
    {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    // MARK: - Loading

    /// Reads a table and puts it in place of what was there; blocks.
    ///
    /// - Returns: the number of items.
    func load(_ table: HashTable) throws -> Int {
        guard let name = table.definition.databaseTable else {
            throw Unsuitable(description: "hash table '\(table.definition.name)' has no dbtable")
        }
        let items = try pool.withConnection { connection in
            table.definition.columns.isEmpty
                ? try usualItems(name, table, connection) : try joinedItems(name, table, connection)
        }
        guard items.count <= HashTable.itemCountMax else {
            throw Unsuitable(description: "\(items.count) items are more than \(HashTable.itemCountMax)")
        }
        table.replace(by: items)
        return items.count
    }

    private func usualItems(
        _ name: SQLIdentifier, _ table: HashTable, _ connection: any DatabaseConnection
    ) throws -> [HashTableItem] {
        var columns = [keyName, keyType, valueType, keyValue]
        if hasExpires { columns.append(expires) }
        let now = HashTableSet.now
        let usual = end(of: table, now)
        var items: [HashTableItem] = []
        var arraySizes: [ByteString: Int] = [:]
        let query = SelectQuery(columns: columns, from: name, orderBy: [keyName])
        try connection.forEachRow(query.sql, []) { row throws(DatabaseError) in
            guard let text = row[0].text, let value = Self.value(row[3], isNumber: row[2].integer == 1) else {
                return .proceed
            }
            var key = ByteString(text)
            if row[1].integer == 1 {
                let index = arraySizes[key, default: 0]
                arraySizes[key] = index + 1
                key = key + "[" + ByteString(integer: index) + "]"
            }
            var expires = usual
            if hasExpires, let stored = row[4].integer, stored > 0 { expires = Int(stored) }
            if expires == 0 || expires > now { items.append(HashTableItem(key: key, value: value, expires: expires)) }
            return .proceed
        }
        for (key, count) in arraySizes {
            items.append(HashTableItem(key: key + arraySizeSuffix, value: .integer(count), expires: usual))
        }
        return items
    }

    private static func value(_ value: DatabaseValue, isNumber: Bool) -> HashTableValue? {
        guard isNumber else { return value.text.map { .string(ByteString($0)) } }
        return value.integer.map { .integer(Int($0)) }
    }

    private func joinedItems(
        _ name: SQLIdentifier, _ table: HashTable, _ connection: any DatabaseConnection
    ) throws -> [HashTableItem] {
        let definition = table.definition
        let expires = end(of: table, HashTableSet.now)
        var items: [HashTableItem] = []
        let query = SelectQuery(columns: definition.columns, from: name, orderBy: [definition.columns[0]])
        try connection.forEachRow(query.sql, []) { row throws(DatabaseError) in
            guard let key = row[0].text else { return .proceed }
            var value: HashTableValue
            if definition.columns.count == 2, case .integer(let number) = row[1] {
                value = .integer(Int(number))
            } else {
                let parts = row.values.dropFirst().map { $0.text.map { ByteString($0) } ?? definition.columnNull }
                var joined = parts.first ?? ""
                for part in parts.dropFirst() { joined += definition.columnDelimiter + part }
                value = .string(joined)
            }
            items.append(HashTableItem(key: ByteString(key), value: value, expires: expires))
            return .proceed
        }
        return items
    }

    private func end(of table: HashTable, _ now: Int) -> Int {
        table.definition.autoexpireSeconds > 0 ? now + table.definition.autoexpireSeconds : 0
    }

    // MARK: - Storing

    /// Writes a table in place of what the database has, in one transaction; blocks.
    ///
    /// - Returns: the number of items.
    func store(_ table: HashTable) throws -> Int {
        let definition = table.definition
        guard let name = definition.databaseTable else {
            throw Unsuitable(description: "hash table '\(definition.name)' has no dbtable")
        }
        guard definition.columns.isEmpty else {
            throw Unsuitable(description: "hash table '\(definition.name)' has columns of its own, which are only read")
        }
        var columns = [keyName, keyType, valueType, keyValue]
        if hasExpires { columns.append(expires) }
        return try pool.withConnection { connection in
            try connection.transaction {
                try connection.execute("DELETE FROM \(name.quoted)")
                var rows = BulkInsert(connection, into: name, columns: columns)
                let now = HashTableSet.now
                for shard in 0..<table.shardCount {
                    for item in table.items(inShard: shard, now: now) { try rows.add(values(of: item)) }
                }
                try rows.finish()
                return rows.count
            }
        }
    }

    private func values(of item: HashTableItem) -> [DatabaseValue] {
        var values: [DatabaseValue] = [.text(item.key.string), .integer(0)]
        switch item.value {
        case .integer(let number): values += [.integer(1), .text(String(number))]
        case .string(let text): values += [.integer(0), .text(text.string)]
        }
        if hasExpires { values.append(.integer(Int64(item.expires))) }
        return values
    }
}
