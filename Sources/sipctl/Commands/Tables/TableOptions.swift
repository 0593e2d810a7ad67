import CommandLineInterface
import Database

/// The options that commands on tables share.
enum TableOptions {
    static let table = CommandOption.value(
        "table", short: "T", "NAME", "another table with the same columns, when the daemon's configuration names one")
    static let condition = CommandOption.value(
        "where", "CONDITION", repeats: true,
        "only rows with COLUMN=VALUE, !=, <, <=, >, >=, or COLUMN~PATTERN with * and ?; may be repeated")
    static let sort = CommandOption.value("sort", "COLUMN,...", "sort by these columns; -COLUMN for largest first")
    static let offset = CommandOption.value("offset", "N", "leave out the first N rows")
    static let id = CommandOption.value("id", "ID", "the row with this id, and no other")
    static let set = CommandOption.value("set", "COLUMN=VALUE", repeats: true, "give a column a value; may be repeated")
    static let ifNotExists = CommandOption.flag("if-not-exists", "it is no failure when it exists; it stays as it is")
    static let ifExists = CommandOption.flag("if-exists", "it is no failure when there is none")
    static let all = CommandOption.flag("all", "all rows of the table")

    /// The query options of `list` and `export`.
    static func query(_ description: TableDescription) -> [CommandOption] {
        [condition, sort, Limit.option, offset, table] + description.filters.map(\.option)
    }

    // MARK: Reading them

    /// `COLUMN=VALUE` of `--set`, and of words behind the slots.
    static func assignment(_ text: String) throws(CommandFailure) -> (column: String, text: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw CommandFailure(.usage, "'\(text)' is not COLUMN=VALUE")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// The order that `--sort` asks for; by id when it is not given.
    static func order(_ invocation: Invocation, _ table: OpenTable) throws(CommandFailure) -> [RowQuery.Order] {
        guard let text = invocation.value(of: sort) else {
            if !table.description.order.isEmpty { return table.description.order.map { RowQuery.Order($0) } }
            return table.definition.hasID ? [RowQuery.Order("id")] : []
        }
        var order: [RowQuery.Order] = []
        for part in text.split(separator: ",") {
            let isDescending = part.hasPrefix("-")
            let column = try table.column(String(isDescending ? part.dropFirst() : part))
            order.append(RowQuery.Order(column.name, isDescending: isDescending))
        }
        return order
    }

    /// The first row that is wanted, from 0.
    static func offset(_ invocation: Invocation) throws(CommandFailure) -> Int {
        guard let text = invocation.value(of: offset) else { return 0 }
        guard let number = Int(text), number >= 0, text.first != "+" else {
            throw CommandFailure(.usage, "offset '\(text)' is not a whole number from 0")
        }
        return number
    }

    /// A condition as `--where` gives it.
    static func condition(_ text: String, _ table: OpenTable) throws(CommandFailure) -> RowCondition {
        let signs: [(String, RowCondition.Comparison)] = [
            ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("=", .equal), ("<", .less),
            (">", .greater), ("~", .matches),
        ]
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let rest = text[name.endIndex...]
        guard let (sign, comparison) = signs.first(where: { rest.hasPrefix($0.0) }) else {
            throw CommandFailure(.usage, "condition '\(text)' has no =, !=, <, <=, >, >= or ~ behind the column")
        }
        let column = try table.column(String(name))
        let value = String(rest.dropFirst(sign.count))
        if value == "NULL", comparison == .equal || comparison == .notEqual {
            return RowCondition(column.name, comparison, .null)
        }
        if comparison == .matches { return RowCondition(column.name, .matches, .text(value)) }
        return RowCondition(column.name, comparison, try ColumnText.value(value, column, engine: table.engine))
    }
}
