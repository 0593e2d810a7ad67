/// An algorithm of Digest authentication (RFC 7616 §3.4, RFC 8760).
///
/// All values are lower-case hexadecimal text, as they stand in headers and in the `ha1` columns of the database.
package struct DigestAlgorithm: Hashable, Sendable {
    /// The hash function, one of MD5, SHA-256 and SHA-512-256.
    package let hash: HashFunction
    /// Tells whether the secret is bound to the session's nonces (`-sess`).
    package let isSession: Bool

    /// MD5 (RFC 2617), what every phone knows.
    package static let md5 = DigestAlgorithm(hash: .md5, isSession: false)
    /// MD5 with a secret bound to the session.
    package static let md5Session = DigestAlgorithm(hash: .md5, isSession: true)
    /// SHA-256 (RFC 7616).
    package static let sha256 = DigestAlgorithm(hash: .sha256, isSession: false)
    /// SHA-256 with a secret bound to the session.
    package static let sha256Session = DigestAlgorithm(hash: .sha256, isSession: true)
    /// SHA-512-256 (RFC 7616).
    package static let sha512t256 = DigestAlgorithm(hash: .sha512t256, isSession: false)
    /// SHA-512-256 with a secret bound to the session.
    package static let sha512t256Session = DigestAlgorithm(hash: .sha512t256, isSession: true)

    private static let all: [DigestAlgorithm] = [
        md5, md5Session, sha256, sha256Session, sha512t256, sha512t256Session,
    ]

    private init(hash: HashFunction, isSession: Bool) {
        self.hash = hash
        self.isSession = isSession
    }

    /// Reads the `algorithm` parameter, without regard to case; an absent one means MD5 and is the caller's to handle.
    package init?(_ name: ArraySlice<UInt8>) {
        let upper = name.map { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }
        let found = DigestAlgorithm.all.first { algorithm in
            algorithm.name.utf8.lazy.map { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }.elementsEqual(upper)
        }
        guard let found else { return nil }
        self = found
    }

    /// The name as it stands in the `algorithm` parameter.
    package var name: String {
        switch hash {
        case .md5: isSession ? "MD5-sess" : "MD5"
        case .sha256: isSession ? "SHA-256-sess" : "SHA-256"
        case .sha512t256: isSession ? "SHA-512-256-sess" : "SHA-512-256"
        case .sha1, .sha384, .sha512: ""
        }
    }

    /// H(username:realm:password), the secret as the database stores it; the same with and without `-sess`.
    package func ha1(
        username: ArraySlice<UInt8>, realm: ArraySlice<UInt8>, password: ArraySlice<UInt8>
    ) -> [UInt8] {
        hash.hexadecimal(joining: [username, realm, password])
    }

    /// H(HA1:nonce:cnonce), which takes the place of HA1 in the response of a `-sess` algorithm.
    package func sessionHA1(
        _ ha1: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>
    ) -> [UInt8] {
        hash.hexadecimal(joining: [ha1, nonce, cnonce])
    }

    /// H(method:uri), for `qop=auth` and without qop.
    package func ha2(method: ArraySlice<UInt8>, uri: ArraySlice<UInt8>) -> [UInt8] {
        hash.hexadecimal(joining: [method, uri])
    }

    /// H(method:uri:H(body)), for `qop=auth-int`.
    package func ha2(method: ArraySlice<UInt8>, uri: ArraySlice<UInt8>, body: ArraySlice<UInt8>) -> [UInt8] {
        hash.hexadecimal(joining: [method, uri, hash.hexadecimal(of: body)[...]])
    }

    /// H(HA1:nonce:HA2), the response without qop (RFC 2069, still allowed by RFC 3261 §22.4).
    package func response(ha1: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, ha2: ArraySlice<UInt8>) -> [UInt8] {
        hash.hexadecimal(joining: [ha1, nonce, ha2])
    }

    /// H(HA1:nonce:nc:cnonce:qop:HA2), the response with qop.
    package func response(
        ha1: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, nonceCount: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>,
        qop: ArraySlice<UInt8>, ha2: ArraySlice<UInt8>
    ) -> [UInt8] {
        hash.hexadecimal(joining: [ha1, nonce, nonceCount, cnonce, qop, ha2])
    }
}
