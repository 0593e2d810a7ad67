/// A SELECT whose table and columns come from a configuration and whose conditions are equalities.
///
///     let query = SelectQuery(columns: [ha1], from: subscriber, where: [username, domain])
///     let row = try connection.firstRow(query.sql, [.text("alice"), .text("pbx.test")])
package struct SelectQuery: Sendable, Equatable {
    /// The statement; its parameters are the values of the condition columns in order.
    package let sql: String

    /// Builds the statement.
    package init(
        columns: [SQLIdentifier], from table: SQLIdentifier, where conditions: [SQLIdentifier] = [],
        orderBy order: [SQLIdentifier] = []
    ) {
        var sql = "SELECT \(columns.map(\.quoted).joined(separator: ", ")) FROM \(table.quoted)"
        if !conditions.isEmpty { sql += " WHERE " + conditions.map { "\($0.quoted) = ?" }.joined(separator: " AND ") }
        if !order.isEmpty { sql += " ORDER BY " + order.map(\.quoted).joined(separator: ", ") }
        self.sql = sql
    }
}
