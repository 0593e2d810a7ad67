import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The results of a message's queries by their names.
///
/// DIFFERS: Kamailio keeps them for the whole process until they are freed or replaced. Here scripts that wait take
/// turns on one worker, so each message has its own.
final class QueryResults {
    var answers: [ByteString: QueryAnswer] = [:]
    /// Rows that the last statement of a connection changed.
    var affectedRows: [ByteString: Int] = [:]

    static let key = ContextKey<QueryResults>()

    static func of(_ context: ScriptContext) -> QueryResults {
        if let results = context[key] { return results }
        let results = QueryResults()
        context[key] = results
        return results
    }
}

extension DatabaseValue {
    /// The value for the script: integers that fit into 32 bits stay numbers.
    var scriptValue: ScriptValue {
        switch self {
        case .null: .null
        case .integer(let number): Int32(exactly: number).map { .integer(Int($0)) } ?? .string(ByteString("\(number)"))
        case .real(let number): .string(ByteString("\(number)"))
        case .text(let text): .string(ByteString(text))
        case .blob(let bytes): .string(ByteString(bytes))
        }
    }
}
