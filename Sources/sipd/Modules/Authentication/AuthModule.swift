import DigestAuthentication
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `auth`: digest challenges, and checks against passwords that the script has.
package struct AuthModule: ScriptModule {
    let authenticator: Authenticator
    let challenges: ChallengeSender

    /// Reads the parameters; the secret is random unless it is set.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let name = parameters.string("algorithm") ?? ""
        guard let algorithm = name.isEmpty ? .md5 : DigestAlgorithm(name.bytes) else {
            throw ScriptError("algorithm '\(name)' is not known", hint: "MD5, SHA-256 and SHA-512-256 are")
        }
        let secret = parameters.string("secret").map { Array($0.bytes) } ?? randomBytes(32)
        let nonces = NonceKeeper(
            .init(
                secret: secret, lifetimeSeconds: parameters.integer("nonce_expire"),
                register: .init(rawValue: parameters.integer("auth_checks_register")),
                outsideDialog: .init(rawValue: parameters.integer("auth_checks_no_dlg")),
                insideDialog: .init(rawValue: parameters.integer("auth_checks_in_dlg")),
                countsUse: parameters.flag("nonce_count"), allowsOneUse: parameters.flag("one_time_nonce")))
        authenticator = Authenticator(
            check: DigestCheck(algorithm: algorithm, nonces: nonces),
            realmPrefix: parameters.string("realm_prefix") ?? "")
        challenges = ChallengeSender(
            nonces: nonces, algorithm: algorithm, namesAlgorithm: !name.isEmpty,
            wwwHeader: parameters.string("www_authenticate_header") ?? "WWW-Authenticate",
            proxyHeader: parameters.string("proxy_challenge_header") ?? "Proxy-Authenticate")
        server.provide(authenticator)
    }

    /// What the module offers.
    package static var description: ModuleDescription<AuthModule> {
        ModuleDescription(
            name: "auth", summary: "Digest authentication: challenges and checks (RFC 7616, RFC 8760).",
            parameters: parameterDescriptions, functions: challengeFunctions + checkFunctions)
    }

    private static let parameterDescriptions: [ParameterDescription] = [
        .string("secret", nil, "key of the nonces; set the same on all nodes of a cluster (random when unset)"),
        .integer("nonce_expire", 300, in: 0...86_400, "seconds a nonce is good"),
        .ignored("nonce_auth_max_drift", because: "a nonce from the future is good for the lifetime of a nonce"),
        .string("algorithm", nil, "MD5, SHA-256 or SHA-512-256; named in challenges when set"),
        .string("qop", nil, "accepted; the flags of the challenge functions choose the quality of protection"),
        .integer(
            "auth_checks_register", 0, in: 0...15,
            "what binds the nonce of a REGISTER: 1 Request-URI, 2 Call-ID, 4 From tag, 8 source address"),
        .integer("auth_checks_no_dlg", 0, in: 0...15, "the same for requests outside of dialogs"),
        .integer("auth_checks_in_dlg", 0, in: 0...15, "the same for requests inside of dialogs"),
        .flag("nonce_count", false, "whether each use of a nonce must have a higher nonce count"),
        .flag("one_time_nonce", false, "whether a nonce is good once only"),
        .string("realm_prefix", "", "prefix that is taken off realms"),
        .string("www_authenticate_header", "WWW-Authenticate", "name of the header of a 401 challenge"),
        .string("proxy_challenge_header", "Proxy-Authenticate", "name of the header of a 407 challenge"),
        .flag("force_stateless_reply", false, "accepted; replies follow the transaction when there is one"),
        .flag("use_domain", false, "accepted; the script gives the password of the pv functions"),
        .flag("add_authinfo_hdr", false, "accepted; Authentication-Info is not added"),
        .ignored("nid_pool_no", because: "nonces need no pools"),
        .ignored("nc_array_size", because: "nonce counts are kept in a table that grows"),
        .ignored("nc_array_order", because: "nonce counts are kept in a table that grows"),
        .ignored("otn_in_flight_no", because: "used nonces are kept in a table that grows"),
        .ignored("otn_in_flight_order", because: "used nonces are kept in a table that grows"),
        .ignored("hash_algorithm", because: "use the parameter algorithm"),
    ]
}

// MARK: - Challenges

extension AuthModule {
    private static var challengeFunctions: [FunctionDescription<AuthModule>] {
        let routes: RouteMask = [.request, .failure, .onReply, .coreReply]
        return [
            FunctionDescription(
                "auth_challenge", [.format, .integer, .format], required: 2, routes: routes,
                summary: "Asks for credentials: 401 to a REGISTER, 407 to any other request.",
                example: "auth_challenge(\"$fd\", \"0\");"
            ) { module, arguments in
                { module.challenge($0, arguments, .usual(for: $0.message.method)) }
            },
            FunctionDescription(
                "www_challenge", [.format, .integer, .format], required: 2, routes: routes,
                summary: "Asks for credentials with 401.", example: "www_challenge(\"$td\", \"1\");"
            ) { module, arguments in { module.challenge($0, arguments, .authorization) } },
            FunctionDescription(
                "proxy_challenge", [.format, .integer, .format], required: 2, routes: routes,
                summary: "Asks for credentials with 407.", example: "proxy_challenge(\"$fd\", \"1\");"
            ) { module, arguments in { module.challenge($0, arguments, .proxyAuthorization) } },
            FunctionDescription(
                "auth_get_www_authenticate", [.format, .integer, .variable], routes: .request,
                summary: "Writes the value of a WWW-Authenticate header into a variable.",
                example: "auth_get_www_authenticate(\"$fd\", \"1\", \"$var(challenge)\");"
            ) { module, arguments throws(ScriptError) in
                guard let write = arguments[2].variable?.write else {
                    throw ScriptError("'\(arguments[2].source)' cannot be written")
                }
                return { context in
                    let flags = ChallengeSender.Flags(rawValue: arguments[1].integer(in: context) ?? 0)
                    let value = module.challenges.value(
                        for: context, realm: arguments[0].text(in: context), flags: flags)
                    return write(context, .string(value)) ? .success : .failure
                }
            },
        ]
    }

    private func challenge(
        _ context: ScriptContext, _ arguments: [Argument], _ header: CredentialsHeader
    ) -> FunctionResult {
        guard let flags = arguments[1].integer(in: context) else { return .failure }
        return .code(
            challenges.send(
                to: context, header, realm: arguments[0].text(in: context), flags: .init(rawValue: flags)))
    }
}

// MARK: - Checks

extension AuthModule {
    private static var checkFunctions: [FunctionDescription<AuthModule>] {
        [
            FunctionDescription(
                "consume_credentials", routes: .request,
                summary: "Removes the credentials that were checked, so that they are not forwarded.",
                example: "consume_credentials();"
            ) { _, _ in
                { context in
                    guard let used = context[RequestCredentials.key], used.isAuthenticated else { return .failure }
                    context.edits.delete(used.field.range)
                    return .success
                }
            },
            FunctionDescription(
                "has_credentials", [.format], routes: .request,
                summary: "Whether the request has credentials for a realm.",
                example: "if (has_credentials(\"pbx.test\")) { … }"
            ) { _, arguments in
                { context in
                    let realm = arguments[0].text(in: context)
                    let found = [CredentialsHeader.authorization, .proxyAuthorization]
                        .contains { RequestCredentials.find(in: context.message, $0, realm: realm) != nil }
                    return found ? .success : .failure
                }
            },
            pvFunction("pv_www_authenticate", "Authorization") { _ in .authorization },
            pvFunction("pv_proxy_authenticate", "Proxy-Authorization") { _ in .proxyAuthorization },
            FunctionDescription(
                "pv_auth_check", [.format, .format, .integer, .integer], routes: .request,
                summary:
                    "Checks credentials against a password (flag 1: an HA1), and the identity as auth_check() does.",
                example: "pv_auth_check(\"$fd\", \"$avp(password)\", \"0\", \"1\");"
            ) { module, arguments in
                { context in
                    var result = module.check(context, arguments, .usual(for: context.message.method), method: nil)
                    let checks = IdentityChecks(rawValue: arguments[3].integer(in: context) ?? 0)
                    if result == .authenticated, let used = context[RequestCredentials.key],
                        !checks.accept(used.credentials, in: context.message)
                    {
                        result = .userMismatch
                    }
                    return .code(result.rawValue)
                }
            },
        ]
    }

    private static func pvFunction(
        _ name: String, _ headerName: String, header: @escaping @Sendable (ScriptContext) -> CredentialsHeader
    ) -> FunctionDescription<AuthModule> {
        FunctionDescription(
            name, [.format, .format, .integer, .format], required: 3, routes: .request,
            summary: "Checks the credentials of \(headerName) against a password (flag 1: an HA1).",
            example: "if (!\(name)(\"$td\", \"$avp(password)\", \"0\")) { … }"
        ) { module, arguments in
            { context in
                let method = arguments.count > 3 ? arguments[3].text(in: context) : nil
                return .code(module.check(context, arguments, header(context), method: method).rawValue)
            }
        }
    }

    private func check(
        _ context: ScriptContext, _ arguments: [Argument], _ header: CredentialsHeader, method: ByteString?
    ) -> AuthenticationResult {
        let realm = arguments[0].text(in: context)
        let password = arguments[1].text(in: context)
        guard !realm.isEmpty, !password.isEmpty else { return .error }
        let isHash = (arguments[2].integer(in: context) ?? 0) & 1 != 0
        return authenticator.authenticate(
            context, header, realm: realm, password: isHash ? .ha1(password) : .clear(password), method: method)
    }
}
