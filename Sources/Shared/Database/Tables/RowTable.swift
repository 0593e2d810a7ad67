/// What a row has to fulfil; several conditions are joined by AND.
package struct RowCondition: Sendable, Equatable {
    /// How the column is compared with the value.
    package enum Comparison: Sendable, Equatable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        /// The value is a pattern: `*` stands for any text, `?` for one character.
        case matches
    }

    /// The column.
    package var column: SQLIdentifier
    /// How it is compared.
    package var comparison: Comparison
    /// What it is compared with; NULL is compared by `equal` and `notEqual`.
    package var value: DatabaseValue

    /// Creates a condition.
    package init(_ column: SQLIdentifier, _ comparison: Comparison = .equal, _ value: DatabaseValue) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }

    fileprivate func sql(_ engine: DatabaseURL.Engine, _ parameters: inout [DatabaseValue]) -> String {
        if value == .null {
            return "\(column.quoted) IS \(comparison == .notEqual ? "NOT " : "")NULL"
        }
        guard comparison == .matches else {
            parameters.append(value)
            // A row without a value differs from every value.
            return comparison == .notEqual
                ? "(\(column.quoted) <> ? OR \(column.quoted) IS NULL)" : "\(column.quoted) \(sign) ?"
        }
        let pattern = value.text ?? ""
        switch engine {
        case .sqlite:
            parameters.append(.text(pattern.map { $0 == "[" ? "[[]" : String($0) }.joined()))
            return "\(column.quoted) GLOB ?"
        case .mysql:
            parameters.append(.text(pattern.map(Self.likeText).joined()))
            return "\(column.quoted) LIKE ? ESCAPE '!'"
        }
    }

    private var sign: String {
        switch comparison {
        case .equal, .matches: "="
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    private static func likeText(_ character: Character) -> String {
        switch character {
        case "*": "%"
        case "?": "_"
        case "%", "_", "!": "!\(character)"
        default: String(character)
        }
    }
}

/// Which rows of a table are read, in which order, and which part of them.
package struct RowQuery: Sendable, Equatable {
    /// A column to sort by.
    package struct Order: Sendable, Equatable {
        /// The column.
        package var column: SQLIdentifier
        /// Largest first.
        package var isDescending: Bool

        /// Creates an order.
        package init(_ column: SQLIdentifier, isDescending: Bool = false) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    /// The columns, in the order of the rows' values.
    package var columns: [SQLIdentifier]
    /// What the rows have to fulfil.
    package var conditions: [RowCondition] = []
    /// The order of the rows.
    package var order: [Order] = []
    /// How many rows at most.
    package var limit: Int?
    /// How many rows are left out at the start.
    package var offset = 0

    /// All rows, in no order.
    package init(columns: [SQLIdentifier]) {
        self.columns = columns
    }
}

/// A table whose columns are only known at run time.
package struct RowTable {
    private let connection: any DatabaseConnection
    private let name: SQLIdentifier

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection, _ name: SQLIdentifier) {
        self.connection = connection
        self.name = name
    }

    // MARK: Reading

    /// Hands over rows in constant memory.
    package func forEach(
        _ query: RowQuery, locking: Bool = false, _ body: (DatabaseRow) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        var parameters: [DatabaseValue] = []
        var sql = "SELECT \(query.columns.map(\.quoted).joined(separator: ", ")) FROM \(name.quoted)"
        sql += condition(query.conditions, &parameters)
        if !query.order.isEmpty {
            let parts = query.order.map { $0.column.quoted + ($0.isDescending ? " DESC" : "") }
            sql += " ORDER BY " + parts.joined(separator: ", ")
        }
        if query.limit != nil || query.offset > 0 {
            sql += " LIMIT ? OFFSET ?"
            parameters += [.integer(Int64(query.limit ?? .max)), .integer(Int64(query.offset))]
        }
        if locking, connection.engine == .mysql { sql += " FOR UPDATE" }
        try connection.forEachRow(sql, parameters, body)
    }

    /// The rows of a query that is known to find few; with `locking` nobody changes them before the transaction ends.
    package func rows(_ query: RowQuery, locking: Bool = false) throws(DatabaseError) -> [DatabaseRow] {
        var result: [DatabaseRow] = []
        try forEach(query, locking: locking) { row throws(DatabaseError) in
            result.append(row)
            return .proceed
        }
        return result
    }

    /// How many rows fulfil the conditions.
    package func count(_ conditions: [RowCondition] = []) throws(DatabaseError) -> Int {
        var parameters: [DatabaseValue] = []
        let sql = "SELECT COUNT(*) FROM \(name.quoted)" + condition(conditions, &parameters)
        return Int(try connection.firstRow(sql, parameters)?[0].integer ?? 0)
    }

    // MARK: Writing

    /// Adds a row and returns its id.
    package func insert(_ columns: [SQLIdentifier], _ values: [DatabaseValue]) throws(DatabaseError) -> Int64 {
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return try connection.execute(
            "INSERT INTO \(name.quoted) (\(columns.map(\.quoted).joined(separator: ", "))) VALUES (\(marks))", values
        ).lastInsertID
    }

    /// Changes rows and returns how many fulfilled the conditions.
    package func update(
        _ columns: [SQLIdentifier], _ values: [DatabaseValue], where conditions: [RowCondition]
    ) throws(DatabaseError) -> Int {
        var parameters = values
        let assignments = columns.map { "\($0.quoted) = ?" }.joined(separator: ", ")
        let sql = "UPDATE \(name.quoted) SET \(assignments)" + condition(conditions, &parameters)
        return try connection.execute(sql, parameters).affectedRows
    }

    /// Removes rows and returns how many.
    package func delete(_ conditions: [RowCondition]) throws(DatabaseError) -> Int {
        var parameters: [DatabaseValue] = []
        let sql = "DELETE FROM \(name.quoted)" + condition(conditions, &parameters)
        return try connection.execute(sql, parameters).affectedRows
    }

    private func condition(_ conditions: [RowCondition], _ parameters: inout [DatabaseValue]) -> String {
        guard !conditions.isEmpty else { return "" }
        return " WHERE " + conditions.map { $0.sql(connection.engine, &parameters) }.joined(separator: " AND ")
    }
}
