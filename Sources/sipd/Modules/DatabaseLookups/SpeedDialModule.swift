import Database
import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `speeddial`: short dial codes of users, in a table.
package struct SpeedDialModule: ScriptModule {
    private let server: Server
    private let pool: DatabasePool
    private let query: SpeedDialQuery
    private let domainPrefix: ByteString
    private let tables = NamedTables()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        query = SpeedDialQuery(
            user: try parameters.identifier("user_column"), domain: try parameters.identifier("domain_column"),
            code: try parameters.identifier("sd_user_column"),
            codeDomain: try parameters.identifier("sd_domain_column"),
            uri: try parameters.identifier("new_uri_column"), domainsCounted: parameters.integer("use_domain"))
        domainPrefix = parameters.string("domain_prefix") ?? ""
    }

    /// Looks at the tables that the script names.
    package func start() async throws {
        await server.warnOfTables(tables.all, like: "speed_dial", in: pool)
    }

    /// What the module offers.
    package static var description: ModuleDescription<SpeedDialModule> {
        ModuleDescription(
            name: "speeddial", summary: "Short dial codes of users, in a table.",
            parameters: [
                .string("db_url", "mysql://kamailioro:kamailioro@localhost/kamailio", "URL of the database"),
                .string("user_column", "username", "column of the owner's user"),
                .string("domain_column", "domain", "column of the owner's domain"),
                .string("sd_user_column", "sd_username", "column of the code"),
                .string("sd_domain_column", "sd_domain", "column of the domain that is dialled with the code"),
                .string("new_uri_column", "new_uri", "column of the address that the code stands for"),
                .string("domain_prefix", "", "taken off the front of domains before the look-up"),
                .integer(
                    "use_domain", 0, in: 0...2, "0: no domain counts; 1: that of the owner; 2: the dialled one too"),
            ],
            functions: [lookup])
    }

    private static var lookup: FunctionDescription<SpeedDialModule> {
        FunctionDescription(
            "sd_lookup", [.format, .format], required: 1, routes: .request,
            summary: "Replaces the Request-URI by what its user means as a code of the caller, or of another owner.",
            example: "if ($rU =~ \"^[0-9][0-9]$\" && sd_lookup(\"speed_dial\")) { route(SIPOUT); }"
        ) { module, arguments in
            module.tables.note(arguments[0])
            return { context in
                let owner = arguments.count > 1 ? arguments[1].text(in: context) : context.message.from?.uri ?? ""
                return module.ask(owner, table: arguments[0].text(in: context), context)
            }
        }
    }

    private func ask(_ owner: ByteString, table name: ByteString, _ context: ScriptContext) -> FunctionResult {
        guard let owner = LookupAddress(owner, withoutPrefix: domainPrefix),
            let dialled = LookupAddress(context.currentURI, withoutPrefix: domainPrefix),
            let table = SQLIdentifier(name.string)
        else { return .failure }
        return context.waiting({ [pool, query] in
            try pool.withConnection { try query.fetch(dialled, of: owner, from: table, by: $0) }
        }) { result in
            switch result {
            case .success(nil): return -1
            case .success(let text?):
                guard let uri = StoredURI.parse(text) else {
                    context.worker.server.logger.error(
                        "a short dial code stands for no URI", metadata: ["table": "\(table)", "value": "\(text)"])
                    return -1
                }
                context.target.uri = uri
                return 1
            case .failure(let error):
                context.worker.server.logger.error(
                    "short dial codes cannot be read", metadata: ["table": "\(table)", "error": "\(error)"])
                return -1
            }
        }
    }
}

/// The question for a short dial code.
struct SpeedDialQuery: Sendable {
    let user: SQLIdentifier
    let domain: SQLIdentifier
    let code: SQLIdentifier
    let codeDomain: SQLIdentifier
    let uri: SQLIdentifier
    /// How many domains count: that of the owner from 1 on, the dialled one from 2 on.
    let domainsCounted: Int

    /// What the code stands for, or nil; blocking.
    func fetch(
        _ dialled: LookupAddress, of owner: LookupAddress, from table: SQLIdentifier,
        by connection: any DatabaseConnection
    ) throws(DatabaseError) -> String? {
        var conditions = [user, code]
        var values: [DatabaseValue] = [.text(owner.user.string), .text(dialled.user.string)]
        if domainsCounted >= 1 {
            conditions.append(domain)
            values.append(.text(owner.domain.string))
        }
        if domainsCounted >= 2 {
            conditions.append(codeDomain)
            values.append(.text(dialled.domain.string))
        }
        let select = SelectQuery(columns: [uri], from: table, where: conditions)
        return try connection.firstRow(select.sql, values)?[0].text
    }
}
