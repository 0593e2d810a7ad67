import CommandLineInterface
import ControlProtocol
import Database

/// The form of a backup: lines of JSON that either engine can be restored from.
///
/// The first line is `{"sipctl-backup":1}`; for each table follow `{"table":"grp","columns":[["id","int"],...]}` and a
/// line with an array of values for each row; the last line is `{"end":ROWS}`, without which a file is not complete.
/// Times are RFC 3339, bytes `{"bytes":"hexadecimal"}`.
enum BackupFile {
    static let version: Int64 = 1

    /// One line of a file.
    enum Line {
        case table(String, columns: [(name: String, type: String)])
        case row([JSONValue])
        case end(rows: Int64)
    }

    /// The type of a column as a backup names it, which either engine understands in ALTER TABLE.
    static func type(_ column: ColumnDefinition) -> String {
        switch column.kind {
        case .integer(let range): range.upperBound > Int64(Int32.max) ? "BIGINT" : "INT"
        case .real: "DOUBLE"
        case .text(let lengthMax): lengthMax <= 1024 ? "VARCHAR(\(lengthMax))" : "TEXT"
        case .time: "DATETIME"
        case .bytes: "BLOB"
        }
    }

    static func json(_ value: DatabaseValue, _ column: ColumnDefinition, _ engine: DatabaseURL.Engine) -> JSONValue {
        switch (value, column.kind) {
        case (.null, _): .null
        case (_, .time):
            if let seconds = TimeColumn.seconds(value, from: engine) {
                .integer(seconds)
            } else {
                .string(value.text ?? "")
            }
        case (.integer(let number), _): .integer(number)
        case (.real(let number), _): .number(number)
        case (.text(let text), _): .string(text)
        case (.blob(let bytes), _): ["bytes": .string(hexadecimal(bytes))]
        }
    }

    static func value(
        _ json: JSONValue, _ column: ColumnDefinition, _ engine: DatabaseURL.Engine
    ) -> DatabaseValue {
        switch json {
        case .null: return .null
        case .bool(let flag): return .integer(flag ? 1 : 0)
        case .integer(let number):
            return column.kind == .time ? TimeColumn.value(number, for: engine) : .integer(number)
        case .number(let number): return .real(number)
        case .string(let text): return .text(text)
        case .object(let members): return .blob(bytes(members.first?.value.stringValue ?? ""))
        case .array: return .null
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard let digit = character.hexDigitValue.map({ UInt8($0) }) else { return result }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return result
    }
}

/// Where the rows of a backup go: a file, or another database.
protocol BackupSink: AnyObject {
    func begin(_ table: TableDefinition) throws
    func write(_ row: DatabaseRow, _ table: TableDefinition, _ engine: DatabaseURL.Engine) throws
    func finish(rows: Int) throws
}

/// Reads a whole database in one consistent view.
enum BackupSource {
    /// Hands over all tables that hold data of ours, and returns how many rows there were.
    static func read(_ connection: any DatabaseConnection, into sink: any BackupSink, _ console: Console) throws -> Int
    {
        var progress = Progress("rows", console: console)
        defer { progress.finish() }
        var count = 0
        try connection.transaction(.read) {
            for name in try SchemaInstaller(connection).existingTables() {
                guard let identifier = SQLIdentifier(name), name != "sipd_generation",
                    let table = try TableDefinition(identifier, in: connection)
                else { continue }
                try sink.begin(table)
                var query = RowQuery(columns: table.columns.map(\.name))
                if table.hasID { query.order = [RowQuery.Order("id")] }
                var failure: (any Error)?
                try RowTable(connection, identifier).forEach(query) { row throws(DatabaseError) in
                    count += 1
                    progress.show(count)
                    do {
                        try sink.write(row, table, connection.engine)
                    } catch {
                        failure = error
                        return .stop
                    }
                    return .proceed
                }
                if let failure { throw failure }
            }
        }
        try sink.finish(rows: count)
        return count
    }
}

/// Writes a backup to a console, which stands for a file.
final class BackupWriter: BackupSink {
    private let output: Console

    init(_ output: Console) {
        self.output = output
        output.write("{\"sipctl-backup\":\(BackupFile.version)}\n")
    }

    func begin(_ table: TableDefinition) throws {
        let columns = table.columns.map { JSONValue.array([.string($0.name.name), .string(BackupFile.type($0))]) }
        let line: JSONValue = ["table": .string(table.name.name), "columns": .array(columns)]
        output.write(line.text() + "\n")
    }

    func write(_ row: DatabaseRow, _ table: TableDefinition, _ engine: DatabaseURL.Engine) throws {
        let values = table.columns.enumerated().map { BackupFile.json(row[$0], $1, engine) }
        output.write(JSONValue.array(values).text() + "\n")
        if output.hasFailed { try output.flush() }
    }

    func finish(rows: Int) throws {
        output.write("{\"end\":\(rows)}\n")
    }
}
