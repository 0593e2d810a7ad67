import DigestAuthentication
import ModuleInterface
import SIPMessage
import ScriptEngine

/// Asks for credentials: 401 or 407 with a digest challenge (RFC 7616 §3.3; Kamailio: `auth_challenge()`).
struct ChallengeSender: Sendable {
    /// The flags of the challenge functions.
    struct Flags: OptionSet, Sendable {
        let rawValue: Int
        static let auth = Flags(rawValue: 1)
        static let authInt = Flags(rawValue: 2)
        /// No 500 when the challenge cannot be made.
        static let noErrorReply = Flags(rawValue: 4)
        static let stale = Flags(rawValue: 16)
    }

    let nonces: NonceKeeper
    let algorithm: DigestAlgorithm
    /// Whether the algorithm is named: when the configuration chose one.
    let namesAlgorithm: Bool
    let wwwHeader: ByteString
    let proxyHeader: ByteString

    /// Sends the challenge; the return code of the script function.
    func send(to context: ScriptContext, _ header: CredentialsHeader, realm: ByteString, flags: Flags) -> Int {
        let method = context.message.method
        if method == .ack || method == .cancel { return 1 }
        guard !realm.isEmpty else {
            if !flags.contains(.noErrorReply) { reply(500, "Internal Server Error", "", to: context) }
            return -1
        }
        let value = value(for: context, realm: realm, flags: flags)
        switch header {
        case .authorization:
            return reply(401, "Unauthorized", wwwHeader + ": " + value + "\r\n", to: context) ? 1 : -4
        case .proxyAuthorization:
            return reply(407, "Proxy Authentication Required", proxyHeader + ": " + value + "\r\n", to: context)
                ? 1 : -4
        }
    }

    /// The value of the challenge header: `Digest realm="…", nonce="…"`.
    func value(for context: ScriptContext, realm: ByteString, flags: Flags) -> ByteString {
        var value: ByteString = "Digest realm=\"" + escaped(realm) + "\", nonce=\"" + nonces.issue(for: context) + "\""
        switch (flags.contains(.auth), flags.contains(.authInt)) {
        case (true, true): value = value + ", qop=\"auth,auth-int\""
        case (true, false): value = value + ", qop=\"auth\""
        case (false, true): value = value + ", qop=\"auth-int\""
        case (false, false): break
        }
        if flags.contains(.stale) || context[RequestCredentials.key]?.isStale == true { value = value + ", stale=true" }
        if namesAlgorithm { value = value + ", algorithm=" + ByteString(algorithm.name) }
        return value
    }

    /// Quotes and backslashes inside the quoted realm (RFC 3261 §25.1 quoted-string); line ends cannot be quoted.
    private func escaped(_ realm: ByteString) -> ByteString {
        guard realm.bytes.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }) else { return realm }
        var result: [UInt8] = []
        for byte in realm.bytes where byte >= 0x20 {
            if byte == 0x22 || byte == 0x5C { result.append(0x5C) }
            result.append(byte)
        }
        return ByteString(result)
    }

    @discardableResult
    private func reply(_ status: Int, _ reason: ByteString, _ headers: ByteString, to context: ScriptContext) -> Bool {
        context.worker.server.replySender.send(LocalReply(status, reason, headers: headers), to: context)
    }
}
