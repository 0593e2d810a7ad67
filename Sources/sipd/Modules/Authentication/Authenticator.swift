import DigestAuthentication
import ModuleInterface
import SIPMessage
import ScriptEngine

/// What module auth offers to modules that know passwords (auth_db).
struct Authenticator: Sendable {
    let check: DigestCheck
    let realmPrefix: ByteString

    /// The realm that credentials must name: without the prefix of `realm_prefix`.
    func realm(_ text: ByteString) -> ByteString {
        !realmPrefix.isEmpty && text.hasPrefixIgnoringCase(realmPrefix)
            ? ByteString(text.bytes.dropFirst(realmPrefix.count)) : text
    }

    /// Checks credentials against a password that is known already (`pv_www_authenticate()` and relatives).
    func authenticate(
        _ context: ScriptContext, _ header: CredentialsHeader, realm: ByteString, password: StoredPassword,
        method: ByteString? = nil
    ) -> AuthenticationResult {
        switch check.begin(context, header, realm: self.realm(realm)) {
        case .finished(let result): result
        case .needsPassword(let found):
            check.finish(found, password, method: method ?? Self.method(of: context.message), in: context)
        }
    }

    static func method(of message: SIPMessage) -> ByteString {
        message.method?.bytes ?? ""
    }
}

/// The flags of `auth_check()` and `pv_auth_check()`.
struct IdentityChecks: OptionSet, Sendable {
    let rawValue: Int
    /// The user name of the credentials must be that of From, and of To for REGISTER and PUBLISH.
    static let user = IdentityChecks(rawValue: 1)
    /// Not for requests that are forwarded.
    static let skipsForwarded = IdentityChecks(rawValue: 2)

    /// Whether the authenticated user may use the identity of the request.
    func accept(_ credentials: Credentials, in message: SIPMessage) -> Bool {
        guard contains(.user), let username = credentials.username else { return true }
        let user = ByteString(username.bytes.prefix { $0 != UInt8(ascii: "@") })
        guard message.from?.parsedURI?.user == user else { return false }
        guard message.method == .register || message.method == .publish else { return true }
        return message.to?.parsedURI?.user == user
    }
}
