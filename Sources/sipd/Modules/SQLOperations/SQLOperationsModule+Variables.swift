import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

extension SQLOperationsModule {
    static var variables: [VariableDescription<SQLOperationsModule>] {
        [
            VariableDescription(
                ["dbr"], inner: .required,
                summary: "A result: `name=>[row,column]`, `name=>colname[column]`, `name=>rows`, `name=>cols`."
            ) { _, reference throws(ScriptError) in
                let part = try ResultPart(reference)
                return ScriptVariable(source: "$dbr(" + (reference.inner ?? "") + ")") { part.value(in: $0) }
            },
            VariableDescription(
                ["sqlrows"], inner: .required, summary: "Rows that the last statement of a connection changed."
            ) { module, reference throws(ScriptError) in
                let name = reference.inner ?? ""
                _ = try module.pool(name)
                return ScriptVariable(source: "$sqlrows(" + name + ")") { context in
                    .integer(QueryResults.of(context).affectedRows[name] ?? 0)
                }
            },
        ]
    }
}

/// What `$dbr(…)` names.
struct ResultPart: Sendable {
    private enum Position: Sendable {
        case constant(Int)
        case variable(ScriptVariable)

        init(_ text: ByteString, _ formats: FormatCompiler) throws(ScriptError) {
            if text.first == UInt8(ascii: "$") {
                self = .variable(try formats.variable(text))
            } else if let number = text.integerValue {
                self = .constant(number)
            } else {
                throw ScriptError("'\(text)' in '$dbr' is neither a number nor a variable")
            }
        }

        func number(in context: ScriptContext) -> Int {
            switch self {
            case .constant(let number): number
            case .variable(let variable): variable.read(context).number
            }
        }
    }

    private enum Part: Sendable {
        case rowCount
        case columnCount
        case columnName(Position)
        case cell(row: Position, column: Position)
    }

    private let result: ByteString
    private let part: Part

    init(_ reference: VariableReference) throws(ScriptError) {
        let text = reference.inner ?? ""
        guard let arrow = text.range(of: "=>") else { throw Self.bad(text) }
        result = text.prefix(arrow.lowerBound - text.range.lowerBound).trimmed()
        let rest = text.dropFirst(arrow.upperBound - text.range.lowerBound).trimmed()
        guard !result.isEmpty else { throw Self.bad(text) }
        if rest == "rows" {
            part = .rowCount
        } else if rest == "cols" {
            part = .columnCount
        } else if rest.hasPrefix("colname["), rest.last == UInt8(ascii: "]") {
            part = .columnName(try Position(rest.dropFirst(8).dropLast().trimmed(), reference.formats))
        } else if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]") {
            let inside = rest.dropFirst().dropLast()
            let (row, column) = try Self.split(inside, reference.formats)
            part = .cell(row: try Position(row, reference.formats), column: try Position(column, reference.formats))
        } else {
            throw Self.bad(text)
        }
    }

    /// The row may be a variable with commas of its own.
    private static func split(
        _ text: ByteString, _ formats: FormatCompiler
    ) throws(ScriptError) -> (ByteString, ByteString) {
        let trimmed = text.trimmed()
        var length = 0
        if trimmed.first == UInt8(ascii: "$") { length = try formats.leadingVariable(trimmed).length }
        guard let comma = trimmed.dropFirst(length).bytes.firstIndex(of: UInt8(ascii: ",")) else { throw bad(text) }
        return (
            ByteString(trimmed.bytes[..<comma]).trimmed(), ByteString(trimmed.bytes[(comma + 1)...]).trimmed()
        )
    }

    private static func bad(_ text: ByteString) -> ScriptError {
        ScriptError(
            "'$dbr(\(text))' names no part of a result",
            hint: "write '$dbr(result=>[row,column])', '=>rows', '=>cols' or '=>colname[column]'")
    }

    func value(in context: ScriptContext) -> ScriptValue {
        // A result that is not there has no rows and no columns, as one that was freed.
        let answer =
            QueryResults.of(context).answers[result] ?? QueryAnswer(columns: [], rows: [], affectedRows: 0)
        switch part {
        case .rowCount: return .integer(answer.rows.count)
        case .columnCount: return .integer(answer.columns.count)
        case .columnName(let position):
            let index = position.number(in: context)
            return answer.columns.indices.contains(index) ? .string(ByteString(answer.columns[index])) : .null
        case .cell(let row, let column):
            let index = row.number(in: context)
            return answer.rows.indices.contains(index)
                ? answer.rows[index][column.number(in: context)].scriptValue : .null
        }
    }
}
