import Database
import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `alias_db`: further addresses of accounts, in a table.
package struct AliasModule: ScriptModule {
    private let server: Server
    private let pool: DatabasePool
    private let query: AliasQuery
    private let usesDomain: Bool
    private let appendsBranches: Bool
    private let domainPrefix: ByteString
    private let tables = NamedTables()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        query = AliasQuery(
            columns: AliasQuery.Columns(
                user: try parameters.identifier("user_column"), domain: try parameters.identifier("domain_column"),
                aliasUser: try parameters.identifier("alias_user_column"),
                aliasDomain: try parameters.identifier("alias_domain_column")))
        usesDomain = parameters.flag("use_domain")
        appendsBranches = parameters.flag("append_branches")
        domainPrefix = parameters.string("domain_prefix") ?? ""
    }

    /// Looks at the tables that the script names.
    package func start() async throws {
        await server.warnOfTables(tables.all, like: "dbaliases", in: pool)
    }

    /// What the module offers.
    package static var description: ModuleDescription<AliasModule> {
        ModuleDescription(
            name: "alias_db", summary: "Further addresses of accounts, in a table.",
            parameters: [
                .string("db_url", "mysql://kamailioro:kamailioro@localhost/kamailio", "URL of the database"),
                .string("user_column", "username", "column of the account's user"),
                .string("domain_column", "domain", "column of the account's domain"),
                .string("alias_user_column", "alias_username", "column of the alias's user"),
                .string("alias_domain_column", "alias_domain", "column of the alias's domain"),
                .string("domain_prefix", "", "taken off the front of the domain before the look-up"),
                .flag("append_branches", false, "whether further rows become branches of the request"),
                .flag("use_domain", false, "whether the domain counts too"),
            ],
            functions: [lookup, find])
    }
}

// MARK: - Functions

extension AliasModule {
    private static var lookup: FunctionDescription<AliasModule> {
        FunctionDescription(
            "alias_db_lookup", [.format, .format], required: 1, routes: [.request, .failure],
            summary: """
                Replaces the Request-URI by the address of the alias it is. Flags: r from the account to its alias, \
                d without the domain, u with it.
                """,
            example: "if (alias_db_lookup(\"dbaliases\")) { route(SIPOUT); }"
        ) { module, arguments in
            module.tables.note(arguments[0])
            return { context in
                module.ask(context.currentURI, arguments[0], arguments.count > 1 ? arguments[1] : nil, context) {
                    addresses in
                    context.target.uri = addresses[0]
                    guard module.appendsBranches else { return true }
                    for address in addresses.dropFirst() {
                        var branch = RequestTarget()
                        branch.uri = address
                        context.branches.append(branch)
                    }
                    return true
                }
            }
        }
    }

    private static var find: FunctionDescription<AliasModule> {
        FunctionDescription(
            "alias_db_find", [.format, .format, .variable, .format], required: 3,
            summary: "Writes the address of an alias into a variable; flags as for alias_db_lookup().",
            example: "if (alias_db_find(\"dbaliases\", \"$avp(from)\", \"$avp(account)\", \"r\")) { … }"
        ) { module, arguments throws(ScriptError) in
            guard let write = arguments[2].variable?.write else {
                throw ScriptError("'\(arguments[2].source)' cannot be written")
            }
            module.tables.note(arguments[0])
            return { context in
                let uri = arguments[1].text(in: context)
                return module.ask(uri, arguments[0], arguments.count > 3 ? arguments[3] : nil, context) { addresses in
                    write(context, .string(addresses[0]))
                }
            }
        }
    }

    /// Asks the table; `use` gets at least one address.
    private func ask(
        _ uri: ByteString, _ table: Argument, _ flags: Argument?, _ context: ScriptContext,
        use: @escaping ([ByteString]) -> Bool
    ) -> FunctionResult {
        guard let address = LookupAddress(uri, withoutPrefix: domainPrefix),
            let table = SQLIdentifier(table.text(in: context).string)
        else { return .failure }
        let mode = AliasQuery.Mode(flags: flags?.text(in: context) ?? "", usesDomain: usesDomain)
        return context.waiting({ [pool, query] in
            try pool.withConnection { try query.fetch(address, mode, from: table, by: $0) }
        }) { result in
            switch result {
            case .success(let addresses): return !addresses.isEmpty && use(addresses) ? 1 : -1
            case .failure(let error):
                context.worker.server.logger.error(
                    "aliases cannot be read", metadata: ["table": "\(table)", "error": "\(error)"])
                return -1
            }
        }
    }
}

extension Server {
    /// Warns when tables that the script names are missing or too old: the calls then fail one by one.
    func warnOfTables(_ tables: [String], like kind: String, in pool: DatabasePool) async {
        for table in tables {
            do {
                try await databases.checkVersions(of: [table], like: kind, in: pool)
            } catch {
                logger.warning("a table cannot be used", metadata: ["table": "\(table)", "error": "\(error)"])
            }
        }
    }
}
