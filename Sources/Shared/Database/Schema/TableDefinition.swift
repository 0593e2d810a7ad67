/// A column: what it can hold.
package struct ColumnDefinition: Sendable, Equatable {
    /// The type, as far as a value can be checked against it.
    package enum Kind: Sendable, Equatable {
        /// A whole number in a range.
        case integer(ClosedRange<Int64>)
        /// A number with a fraction.
        case real
        /// A text of at most so many characters.
        case text(lengthMax: Int)
        /// A point in time; see `TimeColumn`.
        case time
        /// Bytes.
        case bytes
    }

    /// The name.
    package let name: SQLIdentifier
    /// The type.
    package let kind: Kind
    /// Whether NULL may be stored.
    package let isNullable: Bool
    /// Whether the engine fills the column in when a row does not give it: by a default or by counting.
    package let hasDefault: Bool
    /// Whether the engine counts the column up.
    package let isAutomatic: Bool

    init(name: SQLIdentifier, kind: Kind, isNullable: Bool, hasDefault: Bool, isAutomatic: Bool) {
        self.name = name
        self.kind = kind
        self.isNullable = isNullable
        self.hasDefault = hasDefault || isAutomatic || isNullable
        self.isAutomatic = isAutomatic
    }

    /// The column's type from the words of either engine: `varchar(64)`, `int(10) unsigned`, `TIMESTAMP WITHOUT TIME ZONE`.
    static func kind(_ type: String) -> Kind {
        let type = type.lowercased()
        let word = type.prefix { $0.isLetter }
        let number = Int(type.drop { $0 != "(" }.dropFirst().prefix { $0.isNumber })
        let isUnsigned = type.contains("unsigned")
        switch word {
        case "varchar", "char": return .text(lengthMax: number ?? 255)
        case "text", "tinytext": return .text(lengthMax: word == "text" ? 65_535 : 255)
        case "mediumtext", "longtext": return .text(lengthMax: 16_777_215)
        case "tinyint": return .integer(isUnsigned ? 0...255 : -128...127)
        case "smallint": return .integer(isUnsigned ? 0...65_535 : -32_768...32_767)
        case "int": return .integer(isUnsigned ? 0...4_294_967_295 : -2_147_483_648...2_147_483_647)
        case "integer", "bigint": return .integer(Int64.min...Int64.max)
        case "float", "double", "real", "decimal": return .real
        case "datetime", "timestamp": return .time
        case "blob", "mediumblob", "longblob", "tinyblob", "varbinary", "binary": return .bytes
        default: return .text(lengthMax: 65_535)
        }
    }
}

/// A table: its columns, and which of them are unique together.
package struct TableDefinition: Sendable, Equatable {
    /// The table's name.
    package var name: SQLIdentifier
    /// The columns in the order of the table.
    package let columns: [ColumnDefinition]
    /// Columns that no two rows have the same values in; the primary key `id` is not among them.
    package let uniqueKeys: [[SQLIdentifier]]

    /// The column of that name.
    package func column(_ name: String) -> ColumnDefinition? {
        columns.first { $0.name.name == name }
    }

    /// Where the column of that name stands.
    package func position(of name: String) -> Int? {
        columns.firstIndex { $0.name.name == name }
    }

    /// Whether the rows are numbered in a column `id`.
    package var hasID: Bool { columns.first?.name.name == "id" }
}

extension Schema {
    /// The definition of a table of the schema; nil when it is none of ours.
    package static func definition(of table: String) -> TableDefinition? {
        for group in groups {
            if let lines = group.lines(ofTable: table) { return TableDefinition(table, lines) }
        }
        return nil
    }
}

extension TableDefinition {
    /// Reads the lines between the parentheses of a CREATE TABLE in MariaDB's words.
    fileprivate init?(_ table: String, _ lines: [Substring]) {
        guard let name = SQLIdentifier(table) else { return nil }
        var columns: [ColumnDefinition] = []
        var keys: [[SQLIdentifier]] = []
        for line in lines {
            let words = line.split(separator: " ")
            switch words.first {
            case "UNIQUE":
                let list = line.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
                keys.append(list.split(separator: ",").compactMap { Self.identifier($0) })
            case "KEY", "PRIMARY", nil: continue
            case .some(let first):
                guard let name = Self.identifier(first), words.count > 1 else { continue }
                let isUnsigned = words.count > 2 && words[2] == "unsigned"
                columns.append(
                    ColumnDefinition(
                        name: name, kind: ColumnDefinition.kind(words[1] + (isUnsigned ? " unsigned" : "")),
                        isNullable: !line.contains("NOT NULL"), hasDefault: line.contains(" DEFAULT "),
                        isAutomatic: line.contains("AUTO_INCREMENT")))
            }
        }
        self.init(name: name, columns: columns, uniqueKeys: keys)
    }

    private static func identifier(_ text: Substring) -> SQLIdentifier? {
        SQLIdentifier(String(text.filter { $0 != "`" && $0 != " " && $0 != "," }))
    }

    // MARK: What the database has

    /// The definition of a table as the database has it; nil when it has no such table.
    ///
    /// What the schema says about a column is kept where the engine is less exact, as SQLite is about numbers.
    package init?(_ table: SQLIdentifier, in connection: any DatabaseConnection) throws(DatabaseError) {
        let known = Schema.definition(of: table.name)
        let found =
            switch connection.engine {
            case .sqlite: try Self.sqliteColumns(table, connection)
            case .mysql: try Self.mysqlColumns(table, connection)
            }
        guard !found.isEmpty else { return nil }
        let columns = found.map { column in known?.column(column.name.name) ?? column }
        let names = Set(columns.map(\.name))
        let keys = (known?.uniqueKeys ?? []).filter { $0.allSatisfy(names.contains) }
        self.init(name: table, columns: columns, uniqueKeys: keys)
    }

    private static func sqliteColumns(
        _ table: SQLIdentifier, _ connection: any DatabaseConnection
    ) throws(DatabaseError) -> [ColumnDefinition] {
        try connection.rows(
            "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info(?)", [.text(table.name)]
        )
        .compactMap { row in
            guard let name = SQLIdentifier(row[0].text ?? "") else { return nil }
            let isPrimary = row[4].integer ?? 0 > 0
            return ColumnDefinition(
                name: name, kind: ColumnDefinition.kind(row[1].text ?? ""), isNullable: row[2].integer == 0,
                hasDefault: row[3] != .null, isAutomatic: isPrimary && row[1].text == "INTEGER")
        }
    }

    private static func mysqlColumns(
        _ table: SQLIdentifier, _ connection: any DatabaseConnection
    ) throws(DatabaseError) -> [ColumnDefinition] {
        try connection.rows(
            """
            SELECT column_name, column_type, is_nullable, column_default, extra FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position
            """, [.text(table.name)]
        ).compactMap { row in
            guard let name = SQLIdentifier(row[0].text ?? "") else { return nil }
            return ColumnDefinition(
                name: name, kind: ColumnDefinition.kind(row[1].text ?? ""), isNullable: row[2].text == "YES",
                hasDefault: row[3] != .null, isAutomatic: (row[4].text ?? "").contains("auto_increment"))
        }
    }
}
