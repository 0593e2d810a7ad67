import SIPMessage
import ScriptEngine

/// Which header carries the credentials.
enum CredentialsHeader: Sendable {
    /// `Authorization`: for a user agent server (registrar).
    case authorization
    /// `Proxy-Authorization`: for a proxy.
    case proxyAuthorization

    /// The header that `auth_check()` looks at: REGISTER carries `Authorization`, all else `Proxy-Authorization`.
    static func usual(for method: Method?) -> CredentialsHeader {
        method == .register ? .authorization : .proxyAuthorization
    }

    var name: HeaderName {
        switch self {
        case .authorization: .authorization
        case .proxyAuthorization: .proxyAuthorization
        }
    }
}

/// Credentials found in a request: what a check works on, and what `consume_credentials()` removes afterwards.
final class RequestCredentials {
    static let key = ContextKey<RequestCredentials>()

    let credentials: Credentials
    let field: HeaderField
    /// Whether the nonce was ours but too old: the next challenge says `stale=true`.
    var isStale = false
    /// Whether the check succeeded.
    var isAuthenticated = false

    init(credentials: Credentials, field: HeaderField) {
        self.credentials = credentials
        self.field = field
    }

    /// The first digest credentials for a realm.
    static func find(in message: SIPMessage, _ header: CredentialsHeader, realm: ByteString) -> RequestCredentials? {
        for field in message.headers(named: header.name) {
            guard let credentials = try? Credentials.parse(message.text(of: field)), credentials.isDigest,
                credentials.realm == realm
            else { continue }
            return RequestCredentials(credentials: credentials, field: field)
        }
        return nil
    }
}
