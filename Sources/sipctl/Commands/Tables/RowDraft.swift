import CommandLineInterface
import Database

/// A row that is being put together, its columns in the table's order; nil for one that is not given.
struct RowDraft {
    let definition: TableDefinition
    let engine: DatabaseURL.Engine
    var values: [DatabaseValue?]

    init(_ definition: TableDefinition, _ engine: DatabaseURL.Engine) {
        self.definition = definition
        self.engine = engine
        values = Array(repeating: nil, count: definition.columns.count)
    }

    /// A row as it was read, all columns in order.
    init(_ definition: TableDefinition, _ engine: DatabaseURL.Engine, _ row: DatabaseRow) {
        self.definition = definition
        self.engine = engine
        values = definition.columns.indices.map { row[$0] }
    }

    subscript(name: String) -> DatabaseValue? {
        get { definition.position(of: name).flatMap { values[$0] } }
        set {
            guard let position = definition.position(of: name) else { return }
            values[position] = newValue
        }
    }

    /// The text of a column, when it is given and not NULL.
    func text(_ name: String) -> String? { self[name]?.text }

    /// The columns that are given.
    var givenColumns: [SQLIdentifier] {
        zip(definition.columns, values).compactMap { $1 == nil ? nil : $0.name }
    }

    /// The values that are given, in the order of `givenColumns`.
    var givenValues: [DatabaseValue] { values.compactMap { $0 } }

    /// The texts of some columns, by which rows are compared.
    func texts(_ names: [String]) -> [String] {
        names.map { name in
            guard let position = definition.position(of: name), let value = values[position] else { return "" }
            return ColumnText.text(value, definition.columns[position], engine: engine)
        }
    }

    /// The row as it is printed, all columns in order.
    var fields: [Field] {
        zip(definition.columns, values).map { column, value in
            value.map { ColumnText.field($0, column, engine: engine) } ?? .null
        }
    }

    /// The columns both rows have and that differ, by name.
    func differences(to other: RowDraft) -> [String] {
        definition.columns.indices.compactMap { index in
            guard let mine = values[index], let theirs = other.values[index] else { return nil }
            let column = definition.columns[index]
            let isSame =
                ColumnText.text(mine, column, engine: engine) == ColumnText.text(theirs, column, engine: engine)
            return isSame ? nil : column.name.name
        }
    }
}
