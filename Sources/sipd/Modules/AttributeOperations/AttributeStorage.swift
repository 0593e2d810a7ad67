import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The database of module avpops.
struct AttributeStorage: Sendable {
    let pool: DatabasePool

    /// Reads the parameters; nil without a database.
    init?(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let url = parameters.string("db_url") ?? ""
        guard !url.isEmpty else { return nil }
        pool = try server.databases.pool(for: url.string)
    }

    static let descriptions: [ParameterDescription] = [
        .string("db_url", nil, "URL of the database of avp_db_query()"),
        .ignored("avp_table", because: "avp_db_load() and its like are not supported"),
        .ignored("use_domain", because: "avp_db_load() and its like are not supported"),
        .ignored("uuid_column", because: "avp_db_load() and its like are not supported"),
        .ignored("username_column", because: "avp_db_load() and its like are not supported"),
        .ignored("domain_column", because: "avp_db_load() and its like are not supported"),
        .ignored("attribute_column", because: "avp_db_load() and its like are not supported"),
        .ignored("value_column", because: "avp_db_load() and its like are not supported"),
        .ignored("type_column", because: "avp_db_load() and its like are not supported"),
        .ignored("db_scheme", because: "avp_db_load() and its like are not supported"),
    ]
}

extension AttributeOperationsModule {
    /// Rows of a query that become values.
    private static let rowCountMax = 1000

    /// Functions that need the database.
    static var databaseFunctions: [FunctionDescription<AttributeOperationsModule>] {
        [queryFunction] + ["avp_db_load", "avp_db_store", "avp_db_delete"].map(unsupported)
    }

    private static func unsupported(_ name: String) -> FunctionDescription<AttributeOperationsModule> {
        FunctionDescription(
            name, [.format, .format], summary: "Not supported: fails at start.",
            example: "avp_db_query(\"select value from usr_preferences where uuid='$avp(uuid)'\", \"$avp(x)\");"
        ) { _, _ throws(ScriptError) in
            throw ScriptError("\(name)() is not supported", hint: "use avp_db_query() or module sqlops")
        }
    }

    private static var queryFunction: FunctionDescription<AttributeOperationsModule> {
        FunctionDescription(
            "avp_db_query", [.format, .text], required: 1,
            summary: "Runs a query; the columns of each row go to attributes. -2 when there is no row.",
            example: "avp_db_query(\"select a, b from t\", \"$avp(a);$avp(b)\");"
        ) { module, arguments throws(ScriptError) in
            guard let pool = module.storage?.pool else {
                throw ScriptError("avp_db_query() needs a database", hint: "set parameter 'db_url' of module avpops")
            }
            var names: [ByteString] = []
            if arguments.count > 1 {
                for part in arguments[1].source.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
                    names.append(try AttributeReference.attribute(part))
                }
            }
            let wanted = names
            return { context in
                let sql = arguments[0].text(in: context).string
                return context.waiting({
                    try pool.withConnection { connection in
                        let answer = try connection.query(sql, rowCountMax: rowCountMax)
                        return (answer.columns.count, answer.rows.map(\.values))
                    }
                }) { result in
                    guard case .success(let (columns, rows)) = result else { return -1 }
                    guard columns > 0 else { return 1 }
                    guard !rows.isEmpty else { return -2 }
                    store(rows, names: wanted, in: context)
                    return 1
                }
            }
        }
    }

    /// Without names the columns go to `$avp(i:1)`, `$avp(i:2)`, …; the first row is the newest value.
    private static func store(_ rows: [[DatabaseValue]], names: [ByteString], in context: ScriptContext) {
        for row in rows.reversed() {
            for (index, value) in row.enumerated() {
                let name: ByteString
                if names.isEmpty {
                    name = ByteString("i:\(index + 1)")
                } else {
                    guard index < names.count else { break }
                    name = names[index]
                }
                switch value {
                case .null: continue
                case .integer(let number):
                    context.attributes.values[name, default: []].append(.integer(Int(truncatingIfNeeded: number)))
                default: context.attributes.values[name, default: []].append(.string(ByteString(value.text ?? "")))
                }
            }
        }
    }
}
