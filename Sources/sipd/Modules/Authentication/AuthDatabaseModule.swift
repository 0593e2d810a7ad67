import Database
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `auth_db`: digest checks against the subscriber table.
package struct AuthDatabaseModule: ScriptModule {
    let authenticator: Authenticator
    let pool: DatabasePool
    let query: CredentialsQuery
    /// Whether the password column holds clear passwords (`calculate_ha1`).
    let hasClearPasswords: Bool
    private let checksVersion: Bool
    private let server: Server
    /// The tables that functions of the script name.
    private let tables = NamedTables()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let authenticator = server.interface(Authenticator.self) else {
            throw ScriptError("module auth must be loaded first", hint: "add loadmodule \"auth.so\" above auth_db")
        }
        self.authenticator = authenticator
        pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        hasClearPasswords = parameters.flag("calculate_ha1")
        self.server = server
        checksVersion = parameters.flag("version_table")
        query = CredentialsQuery(
            userColumn: try parameters.identifier("user_column"),
            domainColumn: try parameters.identifier("domain_column"),
            passwordColumn: try parameters.identifier("password_column"),
            longNamePasswordColumn: try parameters.identifier(
                hasClearPasswords ? "password_column" : "password_column_2"),
            usesDomain: parameters.flag("use_domain"),
            loaded: try CredentialsQuery.parseLoaded(parameters.string("load_credentials") ?? ""))
    }

    /// Checks that the database is there and that the tables the script names have the right version.
    package func start() async throws {
        guard checksVersion else { return }
        try await server.databases.checkVersions(of: tables.all, like: "subscriber", in: pool)
    }

    /// Gives each worker its look-ups.
    package func start(on worker: Worker) {
        worker[CredentialsLookups.key] = CredentialsLookups(on: worker, pool, query)
    }

    /// What the module offers.
    package static var description: ModuleDescription<AuthDatabaseModule> {
        ModuleDescription(
            name: "auth_db", summary: "Digest authentication against the subscriber table.",
            parameters: [
                .string("db_url", "mysql://kamailioro:kamailioro@localhost/kamailio", "URL of the database"),
                .string("user_column", "username", "column of the user name"),
                .string("domain_column", "domain", "column of the domain"),
                .string("password_column", "ha1", "column of HA1, or of the clear password with calculate_ha1"),
                .string("password_column_2", "ha1b", "column of the HA1 over user@domain"),
                .flag("calculate_ha1", false, "whether password_column holds clear passwords"),
                .flag("use_domain", false, "whether the domain is part of the key"),
                .string("load_credentials", "", "columns to load into AVPs: column;$avp(name)=column"),
                .flag("version_table", true, "whether the version of the table is checked at start"),
            ],
            functions: authenticateFunctions + [subscriberFunction])
    }
}

// MARK: - Functions

extension AuthDatabaseModule {
    private static var authenticateFunctions: [FunctionDescription<AuthDatabaseModule>] {
        [
            FunctionDescription(
                "auth_check", [.format, .format, .integer], routes: .request,
                summary:
                    "Checks the credentials for a realm against a table; flag 1 compares the user with From and To.",
                example: "if (!auth_check(\"$fd\", \"subscriber\", \"1\")) { auth_challenge(\"$fd\", \"0\"); exit; }"
            ) { module, arguments in
                module.tables.note(arguments[1])
                return { context in
                    let checks = IdentityChecks(rawValue: arguments[2].integer(in: context) ?? 0)
                    return module.authenticate(
                        context, arguments, .usual(for: context.message.method), method: nil, checks: checks)
                }
            },
            FunctionDescription(
                "www_authenticate", [.format, .format, .format], required: 2, routes: .request,
                summary: "Checks the credentials of Authorization against a table.",
                example: "if (!www_authenticate(\"$td\", \"subscriber\")) { www_challenge(\"$td\", \"1\"); exit; }"
            ) { module, arguments in
                module.tables.note(arguments[1])
                return { context in
                    let method = arguments.count > 2 ? arguments[2].text(in: context) : nil
                    return module.authenticate(context, arguments, .authorization, method: method, checks: [])
                }
            },
            FunctionDescription(
                "proxy_authenticate", [.format, .format], routes: .request,
                summary: "Checks the credentials of Proxy-Authorization against a table.",
                example: "if (!proxy_authenticate(\"$fd\", \"subscriber\")) { proxy_challenge(\"$fd\", \"1\"); exit; }"
            ) { module, arguments in
                module.tables.note(arguments[1])
                return { module.authenticate($0, arguments, .proxyAuthorization, method: nil, checks: []) }
            },
        ]
    }

    private func authenticate(
        _ context: ScriptContext, _ arguments: [Argument], _ header: CredentialsHeader, method: ByteString?,
        checks: IdentityChecks
    ) -> FunctionResult {
        let realm = authenticator.realm(arguments[0].text(in: context))
        guard !realm.isEmpty, let table = SQLIdentifier(arguments[1].text(in: context).string) else {
            return .code(AuthenticationResult.error.rawValue)
        }
        let found: RequestCredentials
        switch authenticator.check.begin(context, header, realm: realm) {
        case .finished(let result): return .code(result.rawValue)
        case .needsPassword(let credentials): found = credentials
        }
        let method = method ?? Authenticator.method(of: context.message)
        return lookUp(CredentialsQuery.User(found.credentials, realm: realm, in: table), context) { result in
            finish(result, found, method: method, checks: checks, in: context).rawValue
        }
    }

    /// Suspends the script until a user was looked up, and goes on with the code that `then` makes of the answer.
    private func lookUp(
        _ user: CredentialsQuery.User, _ context: ScriptContext,
        then: @escaping (Result<CredentialsQuery.Row?, any Error>) -> Int
    ) -> FunctionResult {
        guard let lookups = context.worker[CredentialsLookups.key] else {
            return .code(AuthenticationResult.error.rawValue)
        }
        lookups.find(user) { context.resume(returning: then($0)) }
        return .suspended
    }

    private func finish(
        _ result: Result<CredentialsQuery.Row?, any Error>, _ found: RequestCredentials, method: ByteString,
        checks: IdentityChecks, in context: ScriptContext
    ) -> AuthenticationResult {
        switch result {
        case .failure(let error):
            context.worker.server.logger.error("credentials cannot be read", metadata: ["error": "\(error)"])
            return .error
        case .success(nil): return .unknownUser
        case .success(let row?):
            let password = ByteString(row.password)
            let outcome = authenticator.check.finish(
                found, hasClearPasswords ? .clear(password) : .ha1(password), method: method, in: context)
            guard outcome == .authenticated else { return outcome }
            guard checks.accept(found.credentials, in: context.message) else {
                found.isAuthenticated = false
                context[AuthenticatedUser.key] = nil
                return .userMismatch
            }
            load(row, into: context.attributes)
            return .authenticated
        }
    }

    private func load(_ row: CredentialsQuery.Row, into attributes: AttributeStore) {
        for (column, value) in zip(query.loaded, row.loaded) {
            guard let text = value.text else { continue }
            attributes.values[column.attribute, default: []].append(.string(ByteString(text)))
        }
    }

    private static var subscriberFunction: FunctionDescription<AuthDatabaseModule> {
        FunctionDescription(
            "is_subscriber", [.format, .format, .integer],
            summary: "Whether the user of a URI is in the table; loads the columns of load_credentials.",
            example: "if (is_subscriber(\"$ru\", \"subscriber\", \"1\")) { … }"
        ) { module, arguments in
            { context in
                guard let uri = try? SIPURI.parse(arguments[0].text(in: context)), let user = uri.user,
                    let table = SQLIdentifier(arguments[1].text(in: context).string)
                else { return .failure }
                let wanted = CredentialsQuery.User(
                    name: user.string, group: .init(table: table, domain: uri.host.string, hasLongName: false))
                return module.lookUp(wanted, context) { result in
                    guard case .success(let row?) = result else { return -1 }
                    module.load(row, into: context.attributes)
                    return 1
                }
            }
        }
    }
}

extension CredentialsQuery.User {
    /// The user whom credentials name: `alice`, or `alice@pbx.test`.
    init(_ credentials: Credentials, realm: ByteString, in table: SQLIdentifier) {
        let username = credentials.username ?? ""
        if let at = username.bytes.firstIndex(of: UInt8(ascii: "@")) {
            let domain = String(decoding: username.bytes[(at + 1)...], as: UTF8.self)
            self.init(
                name: String(decoding: username.bytes[..<at], as: UTF8.self),
                group: .init(table: table, domain: domain, hasLongName: true))
        } else {
            self.init(
                name: username.string, group: .init(table: table, domain: realm.string, hasLongName: false))
        }
    }
}
