import DigestAuthentication
import ModuleInterface
import SIPMessage
import ScriptEngine

/// A stored secret of a user.
enum StoredPassword: Sendable {
    /// The password itself.
    case clear(ByteString)
    /// HA1: the hash of user, realm and password, lower-case hexadecimal.
    case ha1(ByteString)
}

/// The digest check itself, in the two halves around looking up the password (RFC 7616; Kamailio: `pre_auth`,
/// `check_response`, `post_auth`).
struct DigestCheck: Sendable {
    let algorithm: DigestAlgorithm
    let nonces: NonceKeeper

    /// What the first half came to.
    enum Start {
        case finished(AuthenticationResult)
        case needsPassword(RequestCredentials)
    }

    /// Finds the credentials and judges their nonce.
    func begin(_ context: ScriptContext, _ header: CredentialsHeader, realm: ByteString) -> Start {
        let message = context.message
        if message.method == .ack || message.method == .cancel { return .finished(.authenticated) }
        guard let found = RequestCredentials.find(in: message, header, realm: realm) else {
            context[RequestCredentials.key] = nil
            return .finished(.noCredentials)
        }
        context[RequestCredentials.key] = found
        guard isComplete(found.credentials), usesOurAlgorithm(found.credentials) else { return .finished(.error) }
        switch nonces.verify(found.credentials, in: context) {
        case .forged: return .finished(.error)
        case .refused: return .finished(.staleNonce)
        case .reused: return .finished(.nonceReused)
        case .stale: found.isStale = true
        case .good: break
        }
        return .needsPassword(found)
    }

    /// Compares the response with the stored secret.
    func finish(
        _ found: RequestCredentials, _ password: StoredPassword, method: ByteString, in context: ScriptContext
    ) -> AuthenticationResult {
        guard matches(found.credentials, password, method: method, body: context.message.body) else {
            publishFailure(found.credentials, context)
            return .invalidPassword
        }
        // Only who knows the password learns that the nonce was right but old.
        if found.isStale { return .staleNonce }
        switch nonces.noteUse(of: found.credentials) {
        case .reused: return .nonceReused
        case .refused: return .staleNonce
        case .good, .stale, .forged: break
        }
        found.isAuthenticated = true
        context[AuthenticatedUser.key] = AuthenticatedUser(
            username: found.credentials.username ?? "", realm: found.credentials.realm ?? "")
        return .authenticated
    }

    private func publishFailure(_ credentials: Credentials, _ context: ScriptContext) {
        context.worker.server.events.publish(
            "auth.failed",
            [
                ("user", credentials.username?.compacted() ?? ""), ("realm", credentials.realm?.compacted() ?? ""),
                ("source", ByteString(context.received.map { "\($0.source.address)" } ?? "")),
                ("method", context.message.method?.bytes.compacted() ?? ""),
            ])
    }

    private func isComplete(_ credentials: Credentials) -> Bool {
        guard let username = credentials.username, !username.isEmpty, credentials.nonce != nil,
            credentials.uri != nil, credentials.response != nil
        else { return false }
        guard credentials.qop != nil else { return true }
        return credentials.cnonce != nil && credentials.nc != nil
    }

    private func usesOurAlgorithm(_ credentials: Credentials) -> Bool {
        let named = credentials.algorithm.map { DigestAlgorithm($0.bytes) } ?? .md5
        return named?.hash == algorithm.hash
    }

    private func matches(
        _ credentials: Credentials, _ password: StoredPassword, method: ByteString, body: ByteString
    ) -> Bool {
        guard let username = credentials.username, let realm = credentials.realm, let nonce = credentials.nonce,
            let uri = credentials.uri, let response = credentials.response
        else { return false }
        let named = credentials.algorithm.flatMap { DigestAlgorithm($0.bytes) } ?? algorithm
        let ha1: [UInt8] =
            switch password {
            case .clear(let text): named.ha1(username: username.bytes, realm: realm.bytes, password: text.bytes)
            case .ha1(let text): Array(text.bytes)
            }
        return DigestResponse(
            algorithm: named, nonce: nonce.bytes, uri: uri.bytes, response: response.bytes, qop: credentials.qop?.bytes,
            nonceCount: credentials.nc?.bytes, cnonce: credentials.cnonce?.bytes
        ).matches(ha1: ha1[...], method: method.bytes, body: body.bytes)
    }
}
