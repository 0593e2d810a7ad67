import CommandLineInterface
import Database

/// The table `sipd_ownership`: whose rows are, and when they end.
struct Ownership {
    static let option = CommandOption.value(
        "owner", "NAME", "whose rows these are; --prune removes only rows of this owner")

    private let table: OpenTable
    private var rows: RowTable { RowTable(table.connection, "sipd_ownership") }

    init(_ table: OpenTable) {
        self.table = table
    }

    /// The key a row is known by.
    func key(_ row: RowDraft) -> String { row.texts(table.description.key).joined(separator: "|") }

    private func conditions(_ key: String) -> [RowCondition] {
        [
            RowCondition("table_name", .equal, .text(table.definition.name.name)),
            RowCondition("row_key", .equal, .text(key)),
        ]
    }

    /// The keys of an owner's rows.
    func keys(of owner: String) throws -> Set<String> {
        var query = RowQuery(columns: ["row_key"])
        query.conditions = [
            RowCondition("table_name", .equal, .text(table.definition.name.name)),
            RowCondition("owner", .equal, .text(owner)),
        ]
        return Set(try rows.rows(query).compactMap { $0[0].text })
    }

    /// Notes whose a row is, and when it ends; 0 is never.
    func note(_ row: RowDraft, owner: String, expires: Int64 = 0) throws {
        let key = key(row)
        _ = try rows.delete(conditions(key))
        guard !owner.isEmpty || expires > 0 else { return }
        _ = try rows.insert(
            ["table_name", "row_key", "owner", "expires"],
            [.text(table.definition.name.name), .text(key), .text(owner), .integer(expires)])
    }

    /// Forgets a row that was removed.
    func forget(_ row: RowDraft) throws {
        _ = try rows.delete(conditions(key(row)))
    }

    /// The keys of rows that ended before a point in time.
    func expired(at seconds: Int64) throws -> Set<String> {
        var query = RowQuery(columns: ["row_key"])
        query.conditions = [
            RowCondition("table_name", .equal, .text(table.definition.name.name)),
            RowCondition("expires", .greater, .integer(0)), RowCondition("expires", .lessOrEqual, .integer(seconds)),
        ]
        return Set(try rows.rows(query).compactMap { $0[0].text })
    }
}
