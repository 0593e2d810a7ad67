import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

extension AccountingModule {
    private typealias Function = FunctionDescription<AccountingModule>

    static var functions: [FunctionDescription<AccountingModule>] {
        [
            Function(
                "acc_log_request", [.format], routes: [.request, .failure],
                summary: "Logs the request as accounted, with a comment `code reason`.",
                example: "acc_log_request(\"200 OK\");"
            ) { module, arguments in
                { context in
                    module.log(module.record(of: context, arguments[0].text(in: context)), context)
                    return .success
                }
            },
            writing(
                "acc_db_request", "Writes the request to a table as accounted, with a comment `code reason`.",
                alsoLogs: false),
            writing("acc_request", "Does what acc_log_request() and acc_db_request() do.", alsoLogs: true),
        ]
    }

    private static func writing(_ name: String, _ summary: String, alsoLogs: Bool) -> Function {
        Function(
            name, [.format, .text], routes: [.request, .failure], summary: summary,
            example: "\(name)(\"404 Not Found\", \"missed_calls\");"
        ) { module, arguments throws(ScriptError) in
            guard let table = SQLIdentifier(arguments[1].source.string) else {
                throw ScriptError("'\(arguments[1].source)' is no table name")
            }
            return { context in
                let record = module.record(of: context, arguments[0].text(in: context))
                if alsoLogs { module.log(record, context) }
                guard module.pool != nil else { return alsoLogs ? .success : .failure }
                module.write(record, context, to: table)
                return .success
            }
        }
    }

    private func record(of context: ScriptContext, _ comment: ByteString) -> AccountingRecord {
        AccountingRecord(accounting: context.message, comment: comment, swapsTags: isFromCallee(context))
    }
}
