import SIPMessage
import ScriptEngine

/// The credentials of a request: those for a registrar in REGISTER, otherwise those for a proxy, or what there is.
enum Credential {
    static func of(_ context: ScriptContext) -> Credentials? {
        let message = context.message
        let headers: [HeaderName] =
            message.method == .register
            ? [.authorization, .proxyAuthorization] : [.proxyAuthorization, .authorization]
        for header in headers {
            guard let text = message.firstText(header), let credentials = try? Credentials.parse(text),
                credentials.isDigest
            else { continue }
            return credentials
        }
        return nil
    }

    /// The user in a username that may hold a realm.
    static func user(_ username: ByteString) -> ByteString {
        ByteString(username.bytes.prefix { $0 != UInt8(ascii: "@") })
    }

    /// The realm in a username, or nil.
    static func domain(_ username: ByteString) -> ByteString? {
        username.firstIndex(of: UInt8(ascii: "@")).map { ByteString(username.bytes[($0 + 1)...]) }
    }
}

/// `$au`, `$ar`, …: the credentials of the request.
enum CredentialVariables {
    static let all: [Variable] = [
        part("aU", "username of the credentials, with its realm if it has one") { $0.username },
        part("au", "user in the username of the credentials") { $0.username.map { Credential.user($0) } },
        part("ad", "domain in the username of the credentials, or the realm") { credentials in
            credentials.username.flatMap { Credential.domain($0) } ?? credentials.realm
        },
        part("ar", "realm of the credentials") { $0.realm },
        part("adn", "nonce of the credentials") { $0.nonce },
        part("adu", "URI of the credentials") { $0.uri },
        part("adr", "response of the credentials") { $0.response },
        part("aa", "algorithm of the credentials") { $0.algorithm },
        part("adc", "client nonce of the credentials") { $0.cnonce ?? "" },
        part("ado", "opaque text of the credentials") { $0.opaque ?? "" },
    ]

    private static func part(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (Credentials) -> ByteString?
    ) -> Variable {
        VariableBuilder.text(name, summary: summary) { Credential.of($0).flatMap(read) }
    }
}
