/// A value that goes into a statement as a parameter, or comes out of a row.
package enum DatabaseValue: Equatable, Sendable {
    /// SQL NULL.
    case null
    /// Every integer type of both engines; an unsigned 64-bit value above `Int64.max` is text.
    case integer(Int64)
    /// FLOAT, DOUBLE and REAL.
    case real(Double)
    /// Text, also dates (`2026-11-22 20:15:00`) and decimals; bytes that are not UTF-8 were replaced by U+FFFD.
    case text(String)
    /// BLOB columns.
    case blob([UInt8])

    /// Text, or NULL.
    package init(_ text: String?) {
        self = text.map(DatabaseValue.text) ?? .null
    }

    /// An integer, or NULL.
    package init(_ number: Int?) {
        self = number.map { .integer(Int64($0)) } ?? .null
    }

    /// The value as text; numbers in their decimal form, nil for NULL.
    package var text: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The value as an integer; nil when it is NULL or no whole number, as foreign rows in SQLite may be.
    package var integer: Int64? {
        switch self {
        case .null, .blob: nil
        case .integer(let number): number
        case .real(let number): Int64(exactly: number)
        case .text(let text): Int64(text)
        }
    }

    /// The value as a number; nil when it is NULL or no number.
    package var real: Double? {
        switch self {
        case .null, .blob: nil
        case .integer(let number): Double(number)
        case .real(let number): number
        case .text(let text): Double(text)
        }
    }
}

extension DatabaseValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByNilLiteral
{
    /// Text.
    package init(stringLiteral value: String) { self = .text(value) }

    /// An integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }

    /// A number.
    package init(floatLiteral value: Double) { self = .real(value) }

    /// NULL.
    package init(nilLiteral: ()) { self = .null }
}

/// One row of a result, its values in the order of the SELECT list.
package struct DatabaseRow: Equatable, Sendable {
    /// The values.
    package let values: [DatabaseValue]

    /// Wraps values; drivers and tests make rows.
    package init(_ values: [DatabaseValue]) {
        self.values = values
    }

    /// The value of a column; NULL when the result has fewer.
    package subscript(index: Int) -> DatabaseValue {
        values.indices.contains(index) ? values[index] : .null
    }
}

/// What a statement changed.
package struct DatabaseChange: Equatable, Sendable {
    /// Rows inserted, deleted, or matched by an UPDATE, even when the new value equals the old one.
    package var affectedRows: Int
    /// The id of the last row inserted into a table with an automatic id; 0 when there is none.
    package var lastInsertID: Int64
}

/// What came of a statement that somebody else wrote.
package struct QueryAnswer: Equatable, Sendable {
    /// The names of the columns; empty when the statement is none that returns rows.
    package var columns: [String]
    /// The rows in order.
    package var rows: [DatabaseRow]
    /// How many rows it inserted, deleted or matched; 0 for one that returns rows.
    package var affectedRows: Int

    /// An answer.
    package init(columns: [String], rows: [DatabaseRow], affectedRows: Int) {
        self.columns = columns
        self.rows = rows
        self.affectedRows = affectedRows
    }
}
