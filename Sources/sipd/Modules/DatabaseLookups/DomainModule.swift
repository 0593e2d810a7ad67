import Database
import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `domain`: the domains this server is responsible for, in a table.
package struct DomainModule: ScriptModule {
    let store: DomainStore
    private let server: Server
    private let registersMyself: Bool

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        let names = ["did", "name", "type", "value"].map { "domain_attrs_\($0)_col" }
        var columns: [SQLIdentifier] = []
        for name in names { columns.append(try parameters.identifier(name)) }
        let tables = DomainTables(
            domainTable: try parameters.identifier("domain_table"),
            domainColumn: try parameters.identifier("domain_col"),
            identifierColumn: try parameters.identifier("did_col"),
            attributeTable: try parameters.identifier("domain_attrs_table"), attributeColumns: columns)
        let pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        store = DomainStore(pool, tables, databases: server.databases)
        registersMyself = parameters.flag("register_myself")
    }

    /// Loads the domains.
    ///
    /// Rows that cannot be used are left out and logged.
    package func start() async throws {
        let tables = store.tables
        try await server.databases.checkVersions(of: [tables.domainTable.name], like: "domain", in: store.pool)
        try await server.databases.checkVersions(
            of: [tables.attributeTable.name], like: "domain_attrs", in: store.pool)
        for problem in try await store.reload(skippingBadRows: true) {
            server.logger.error("domain row left out", metadata: ["problem": "\(problem)"])
        }
        server.logger.info("domains loaded", metadata: ["domains": "\(store.set.domains.count)"])
        guard registersMyself else { return }
        server.addLocalNames { [store] host, _, _ in store.set.find(host) != nil }
    }

    /// What the module offers.
    package static var description: ModuleDescription<DomainModule> {
        ModuleDescription(
            name: "domain", summary: "The domains this server is responsible for, in a table.",
            parameters: parameterDescriptions, functions: questions + [lookup], methods: [reloadMethod, dumpMethod])
    }

    private static let parameterDescriptions: [ParameterDescription] = [
        .string("db_url", "mysql://kamailioro:kamailioro@localhost/kamailio", "URL of the database"),
        .string("domain_table", "domain", "name of the table of domains"),
        .string("domain_col", "domain", "column of the domain"),
        .string("did_col", "did", "column of the id that names of one domain share"),
        .string("domain_attrs_table", "domain_attrs", "name of the table of attributes"),
        .string("domain_attrs_did_col", "did", "column of the id in the table of attributes"),
        .string("domain_attrs_name_col", "name", "column of the attribute's name"),
        .string("domain_attrs_type_col", "type", "column of the attribute's type: 0 number, 2 text"),
        .string("domain_attrs_value_col", "value", "column of the attribute's value"),
        .flag("register_myself", false, "whether the domains are names of this server (myself)"),
        .ignored("db_mode", because: "the domains are always kept in memory"),
    ]
}

// MARK: - Functions

extension DomainModule {
    private static var questions: [FunctionDescription<DomainModule>] {
        [
            FunctionDescription(
                "is_from_local", summary: "Whether the host of From is one of the domains.",
                example: "if (is_from_local()) { … }"
            ) { module, _ in
                { context in module.isLocal(host(of: context.message.from?.uri)) }
            },
            FunctionDescription(
                "is_uri_host_local",
                summary: "Whether the host of the Request-URI, in failure routes of the first branch, is one.",
                example: "if (is_uri_host_local()) { … }"
            ) { module, _ in
                { context in
                    let isLater = context.routeKind == .failure || context.routeKind == .branch
                    return module.isLocal(host(of: isLater ? context.branches.first?.uri : context.currentURI))
                }
            },
            FunctionDescription(
                "is_domain_local", [.format], summary: "Whether a domain is one of this server's.",
                example: "if (is_domain_local(\"$rd\")) { … }"
            ) { module, arguments in
                { context in module.isLocal(arguments[0].text(in: context)) }
            },
        ]
    }

    private static var lookup: FunctionDescription<DomainModule> {
        FunctionDescription(
            "lookup_domain", [.format, .format], required: 1,
            summary: "Whether a domain is one of this server's; its id (did) and attributes become AVPs, prefixed.",
            example: "if (lookup_domain(\"$fd\", \"from_\")) { xlog(\"$avp(from_did)\\n\"); }"
        ) { module, arguments in
            { context in
                let set = module.store.set
                guard let domain = set.find(arguments[0].text(in: context)) else { return .failure }
                let prefix = arguments.count > 1 ? arguments[1].text(in: context) : ""
                context.attributes.values[prefix + "did", default: []].append(.string(domain.identifier))
                // The first row of a name is to be index 0, the newest.
                for attribute in (set.attributes[domain.identifier] ?? []).reversed() {
                    context.attributes.values[prefix + attribute.name, default: []].append(attribute.value)
                }
                return .success
            }
        }
    }

    private func isLocal(_ host: ByteString?) -> FunctionResult {
        guard let host, store.set.find(host) != nil else { return .failure }
        return .success
    }

    private static func host(of uri: ByteString?) -> ByteString? {
        uri.flatMap { try? SIPURI.parse($0) }?.host
    }
}
