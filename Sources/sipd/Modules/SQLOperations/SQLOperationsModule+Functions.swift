import Database
import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine

extension SQLOperationsModule {
    /// More rows than that are an error: a result is kept whole while the script runs.
    static let rowCountMax = 10_000

    /// The return codes of queries.
    private enum Code {
        static let rows = 1
        static let noRows = 2
        static let rowsNotWanted = 3
        static let error = -1
    }

    static var functions: [FunctionDescription<SQLOperationsModule>] {
        [query, queryToAttributes, queryToVariables, queryAsync, freeResult]
    }

    private static var query: FunctionDescription<SQLOperationsModule> {
        FunctionDescription(
            "sql_query", [.text, .format, .text], required: 2,
            summary:
                "Runs a statement; its rows are in $dbr(result=>…). 1 rows, 2 none, 3 rows but no result named, -1 error.",
            example: "sql_query(\"ca\", \"select username from subscriber where domain=$(rd{sql.val})\", \"ra\");"
        ) { module, arguments throws(ScriptError) in
            let name = arguments[0].source
            let pool = try module.pool(name)
            let result = arguments.count > 2 ? arguments[2].source : nil
            return { context in
                if let result { QueryResults.of(context).answers[result] = nil }
                return module.run(arguments[1].text(in: context), on: pool, named: name, in: context) { answer in
                    guard !answer.rows.isEmpty else { return Code.noRows }
                    guard let result else { return Code.rowsNotWanted }
                    QueryResults.of(context).answers[result] = answer
                    return Code.rows
                }
            }
        }
    }

    private static var queryToAttributes: FunctionDescription<SQLOperationsModule> {
        FunctionDescription(
            "sql_xquery", [.text, .format, .text],
            summary: "Runs a statement; each row becomes an $xavp(result[row]=>column). 1 rows, 2 none, -1 error.",
            example: "sql_xquery(\"ca\", \"select * from subscriber\", \"ra\"); xinfo(\"$xavp(ra=>username)\\n\");"
        ) { module, arguments throws(ScriptError) in
            let name = arguments[0].source
            let pool = try module.pool(name)
            let result = arguments[2].source
            return { context in
                module.run(arguments[1].text(in: context), on: pool, named: name, in: context) { answer in
                    guard !answer.rows.isEmpty else { return Code.noRows }
                    let names = answer.columns.map { ByteString($0) }
                    // The newest structure has index 0, so the first row goes in last.
                    context.attributes.structures[result, default: []] += answer.rows.reversed().map { row in
                        var structure = AttributeStructure()
                        structure.fields = zip(names, row.values).map { ($0, .value($1.scriptValue)) }
                        return structure
                    }
                    return Code.rows
                }
            }
        }
    }

    private static var queryToVariables: FunctionDescription<SQLOperationsModule> {
        FunctionDescription(
            "sql_pvquery", [.text, .format, .format],
            summary:
                "Runs a statement and assigns the columns of its rows, the last row first. 1 rows, 2 none, -1 error.",
            example: "sql_pvquery(\"ca\", \"select 'a', 1\", \"$var(a), $avp(n)\");"
        ) { module, arguments throws(ScriptError) in
            let name = arguments[0].source
            let pool = try module.pool(name)
            let variables = try writableVariables(arguments[2])
            return { context in
                module.run(arguments[1].text(in: context), on: pool, named: name, in: context) { answer in
                    guard !answer.rows.isEmpty else { return Code.noRows }
                    guard answer.columns.count >= variables.count else { return Code.error }
                    for row in answer.rows.reversed() {
                        for (index, write) in variables.enumerated() { _ = write(context, row[index].scriptValue) }
                    }
                    return Code.rows
                }
            }
        }
    }

    private static func writableVariables(
        _ argument: Argument
    ) throws(ScriptError) -> [@Sendable (ScriptContext, ScriptValue) -> Bool] {
        var variables: [ScriptVariable] = []
        if let variable = argument.variable {
            variables = [variable]
        } else {
            for part in argument.format?.parts ?? [] {
                if case .variable(let variable) = part { variables.append(variable) }
            }
        }
        guard !variables.isEmpty else { throw ScriptError("'\(argument.source)' names no variable") }
        var writes: [@Sendable (ScriptContext, ScriptValue) -> Bool] = []
        for variable in variables {
            guard let write = variable.write else { throw ScriptError("'\(variable.source)' cannot be written") }
            writes.append(write)
        }
        return writes
    }

    private static var queryAsync: FunctionDescription<SQLOperationsModule> {
        FunctionDescription(
            "sql_query_async", [.text, .format],
            summary: "Runs a statement without waiting for it; a failure is only logged.",
            example: "sql_query_async(\"ca\", \"delete from domain\");"
        ) { module, arguments throws(ScriptError) in
            let name = arguments[0].source
            let pool = try module.pool(name)
            return { context in
                let sql = arguments[1].text(in: context).string
                let logger = module.server.logger
                module.server.databases.run(
                    on: context.worker.eventLoop,
                    {
                        try pool.withConnection { try $0.query(sql, rowCountMax: Self.rowCountMax) }
                    }
                ) { result in
                    if case .failure(let error) = result { Self.log(error, of: name, in: logger) }
                }
                return .success
            }
        }
    }

    private static var freeResult: FunctionDescription<SQLOperationsModule> {
        FunctionDescription(
            "sql_result_free", [.text], summary: "Forgets a result.", example: "sql_result_free(\"ra\");"
        ) { _, arguments in
            let name = arguments[0].source
            return { context in
                QueryResults.of(context).answers[name] = nil
                return .success
            }
        }
    }

    // MARK: - Running

    private func run(
        _ sql: ByteString, on pool: DatabasePool, named name: ByteString, in context: ScriptContext,
        then: @escaping (QueryAnswer) -> Int
    ) -> FunctionResult {
        let text = sql.string
        let logger = server.logger
        return context.waiting({
            try pool.withConnection { try $0.query(text, rowCountMax: Self.rowCountMax) }
        }) { result in
            switch result {
            case .success(let answer):
                QueryResults.of(context).affectedRows[name] = answer.affectedRows
                return then(answer)
            case .failure(let error):
                Self.log(error, of: name, in: logger)
                return Code.error
            }
        }
    }

    private static func log(_ error: any Error, of connection: ByteString, in logger: Logger) {
        logger.error("an SQL query failed", metadata: ["connection": "\(connection)", "error": "\(error)"])
    }
}
