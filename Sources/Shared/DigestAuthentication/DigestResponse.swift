/// What a client sent to prove that it knows a password: the parameters of its Authorization header, without quotes.
package struct DigestResponse: Sendable {
    /// The algorithm; MD5 if the client named none.
    package var algorithm: DigestAlgorithm
    /// The server's nonce.
    package var nonce: ArraySlice<UInt8>
    /// The URI that the response covers, which need not be the Request-URI.
    package var uri: ArraySlice<UInt8>
    /// The proof, in hexadecimal.
    package var response: ArraySlice<UInt8>
    /// The protection chosen, like `auth`; nil for clients of RFC 2069.
    package var qop: ArraySlice<UInt8>?
    /// How often the nonce was used: eight hexadecimal digits.
    package var nonceCount: ArraySlice<UInt8>?
    /// The client's nonce.
    package var cnonce: ArraySlice<UInt8>?

    /// Collects the parameters.
    package init(
        algorithm: DigestAlgorithm = .md5, nonce: ArraySlice<UInt8>, uri: ArraySlice<UInt8>,
        response: ArraySlice<UInt8>, qop: ArraySlice<UInt8>? = nil, nonceCount: ArraySlice<UInt8>? = nil,
        cnonce: ArraySlice<UInt8>? = nil
    ) {
        self.algorithm = algorithm
        self.nonce = nonce
        self.uri = uri
        self.response = response
        self.qop = qop
        self.nonceCount = nonceCount
        self.cnonce = cnonce
    }

    /// The response that the secret gives, or nil if a parameter that it needs is absent or unknown.
    ///
    /// - Parameters:
    ///   - ha1: H(username:realm:password) in hexadecimal, also for `-sess` algorithms.
    ///   - method: the method of the request.
    ///   - body: the body of the request, hashed for `qop=auth-int` only.
    /// - Returns: the response in hexadecimal.
    package func expected(
        ha1: ArraySlice<UInt8>, method: ArraySlice<UInt8>, body: ArraySlice<UInt8>
    ) -> [UInt8]? {
        var secret = ha1
        if algorithm.isSession {
            guard let cnonce else { return nil }
            secret = algorithm.sessionHA1(ha1, nonce: nonce, cnonce: cnonce)[...]
        }
        guard let qop, !qop.isEmpty else {
            return algorithm.response(ha1: secret, nonce: nonce, ha2: algorithm.ha2(method: method, uri: uri)[...])
        }
        guard let nonceCount, let cnonce else { return nil }
        let ha2: [UInt8]
        if equalIgnoringCase(qop, "auth") {
            ha2 = algorithm.ha2(method: method, uri: uri)
        } else if equalIgnoringCase(qop, "auth-int") {
            ha2 = algorithm.ha2(method: method, uri: uri, body: body)
        } else {
            return nil
        }
        return algorithm.response(
            ha1: secret, nonce: nonce, nonceCount: nonceCount, cnonce: cnonce, qop: qop, ha2: ha2[...])
    }

    /// Tells whether the response proves knowledge of the secret; compares in constant time.
    package func matches(
        ha1: ArraySlice<UInt8>, method: ArraySlice<UInt8>, body: ArraySlice<UInt8> = []
    ) -> Bool {
        guard let expected = expected(ha1: ha1, method: method, body: body) else { return false }
        return isEqualInConstantTime(expected[...], response)
    }
}

private func equalIgnoringCase(_ text: ArraySlice<UInt8>, _ literal: String) -> Bool {
    text.lazy.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }.elementsEqual(literal.utf8)
}
