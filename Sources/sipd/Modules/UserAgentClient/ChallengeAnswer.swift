import DigestAuthentication
import SIPMessage

/// The answer to a challenge of another server (RFC 3261 §22.2, RFC 7616 §3.4).
struct ChallengeAnswer {
    /// What a server answered with 401 or 407 demands: the first challenge that can be met.
    struct Demand {
        let challenge: Challenge
        let algorithm: DigestAlgorithm
        let realm: ByteString
        let nonce: ByteString
        /// Whether a proxy asks.
        let isProxy: Bool

        init?(_ response: SIPMessage) {
            guard let status = response.status, status == 401 || status == 407 else { return nil }
            isProxy = status == 407
            for field in response.headers(named: isProxy ? .proxyAuthenticate : .wwwAuthenticate) {
                guard let challenge = try? Challenge.parse(response.text(of: field)), challenge.isDigest,
                    let realm = challenge.realm, let nonce = challenge.nonce,
                    let algorithm = DigestAlgorithm((challenge.algorithm ?? "MD5").bytes)
                else { continue }
                self.challenge = challenge
                self.algorithm = algorithm
                self.realm = realm
                self.nonce = nonce
                return
            }
            return nil
        }
    }

    /// The header line that answers a demand, or nil when only qop that is not known is offered.
    ///
    /// The client's nonce is used when the server offers qop.
    static func header(
        _ demand: Demand, _ credential: ClientCredential, method: ByteString, uri: ByteString, cnonce: ByteString
    ) -> ByteString? {
        let options = demand.challenge.qopOptions
        let usesQop = options.contains { $0.equalsIgnoringCase("auth") }
        guard options.isEmpty || usesQop else { return nil }
        let algorithm = demand.algorithm
        let ha1 =
            credential.isHashed
            ? credential.password.array
            : algorithm.ha1(
                username: credential.user.bytes, realm: demand.realm.bytes, password: credential.password.bytes)
        let digest = DigestResponse(
            algorithm: algorithm, nonce: demand.nonce.bytes, uri: uri.bytes, response: [],
            qop: usesQop ? ByteString("auth").bytes : nil, nonceCount: usesQop ? ByteString("00000001").bytes : nil,
            cnonce: usesQop || algorithm.isSession ? cnonce.bytes : nil)
        guard let response = digest.expected(ha1: ha1[...], method: method.bytes, body: []) else { return nil }
        var line: ByteString = demand.isProxy ? "Proxy-Authorization: Digest " : "Authorization: Digest "
        line += "username=\"" + quoted(credential.user) + "\", realm=\"" + quoted(demand.realm) + "\", nonce=\""
        line += quoted(demand.nonce) + "\", uri=\"" + uri + "\""
        if let opaque = demand.challenge.opaque { line += ", opaque=\"" + quoted(opaque) + "\"" }
        if usesQop || algorithm.isSession {
            if usesQop { line += ", qop=auth, nc=00000001" }
            line += ", cnonce=\"" + cnonce + "\""
        }
        return line + ", response=\"" + ByteString(response) + "\", algorithm=" + ByteString(algorithm.name) + "\r\n"
    }

    /// A nonce of the client that nobody can guess.
    static func makeCnonce() -> ByteString {
        ByteString(hexadecimal(randomBytes(16)))
    }

    private static func quoted(_ text: ByteString) -> ByteString {
        guard text.contains(UInt8(ascii: "\"")) || text.contains(UInt8(ascii: "\\")) else { return text }
        var escaped: [UInt8] = []
        for byte in text.bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { escaped.append(UInt8(ascii: "\\")) }
            escaped.append(byte)
        }
        return ByteString(escaped)
    }
}
