import DigestAuthentication
import Testing

func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct DigestAlgorithmTests {
    private func ha1(_ algorithm: DigestAlgorithm, _ user: String, _ realm: String, _ password: String) -> ArraySlice<
        UInt8
    > {
        algorithm.ha1(username: slice(user), realm: slice(realm), password: slice(password))[...]
    }

    @Test func `the example of RFC 2617 section 3-5 gives its response`() {
        let secret = ha1(.md5, "Mufasa", "testrealm@host.com", "Circle Of Life")
        #expect(text(Array(secret)) == "939e7578ed9e3c518a452acee763bce9")
        let response = DigestResponse(
            nonce: slice("dcd98b7102dd2f0e8b11d0f600bfb0c093"), uri: slice("/dir/index.html"),
            response: slice("6629fae49393a05397450978507c4ef1"), qop: slice("auth"), nonceCount: slice("00000001"),
            cnonce: slice("0a4f113b"))
        #expect(response.matches(ha1: secret, method: slice("GET")))
        #expect(!response.matches(ha1: secret, method: slice("PUT")))
        #expect(!response.matches(ha1: ha1(.md5, "Mufasa", "testrealm@host.com", "x"), method: slice("GET")))
    }

    @Test func `the example of RFC 2069 in its corrected form gives its response`() {
        let secret = ha1(.md5, "Mufasa", "testrealm@host.com", "CircleOfLife")
        let response = DigestResponse(
            nonce: slice("dcd98b7102dd2f0e8b11d0f600bfb0c093"), uri: slice("/dir/index.html"),
            response: slice("1949323746fe6a43ef61f9606e7febea"))
        #expect(response.matches(ha1: secret, method: slice("GET")))
    }

    @Test(arguments: [
        (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func `the examples of RFC 7616 section 3-9-1 give their responses`(algorithm: DigestAlgorithm, response: String) {
        let secret = ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life")
        let answer = DigestResponse(
            algorithm: algorithm, nonce: slice("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"),
            uri: slice("/dir/index.html"), response: slice(response), qop: slice("auth"),
            nonceCount: slice("00000001"), cnonce: slice("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        #expect(answer.matches(ha1: secret, method: slice("GET")))
    }

    /// The values of the RFC itself are wrong (erratum 4897 gives the user name's hash); both are computed anew here.
    @Test func `the example of RFC 7616 section 3-9-2 gives its corrected response`() {
        let userhash = HashFunction.sha512t256.hexadecimal(of: "J\u{e4}s\u{f8}n Doe:api@example.org")
        #expect(text(userhash) == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")
        let secret = ha1(.sha512t256, "J\u{e4}s\u{f8}n Doe", "api@example.org", "Secret, or not?")
        let answer = DigestResponse(
            algorithm: .sha512t256, nonce: slice("5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"),
            uri: slice("/doe.json"),
            response: slice("7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"),
            qop: slice("auth"), nonceCount: slice("00000001"), cnonce: slice("NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm"))
        #expect(answer.matches(ha1: secret, method: slice("GET")))
    }

    @Test func `a session's secret is bound to its nonces`() {
        let secret = ha1(.md5, "a", "r", "p")
        #expect(secret == ha1(.md5Session, "a", "r", "p"))
        let session = DigestAlgorithm.md5.sessionHA1(secret, nonce: slice("n"), cnonce: slice("c"))
        #expect(session == HashFunction.md5.hexadecimal(of: text(Array(secret)) + ":n:c"))
        var answer = DigestResponse(
            algorithm: .md5Session, nonce: slice("n"), uri: slice("sip:r"), response: [], qop: slice("auth"),
            nonceCount: slice("00000001"), cnonce: slice("c"))
        let expected = answer.expected(ha1: secret, method: slice("REGISTER"), body: [])
        let ha2 = text(DigestAlgorithm.md5.ha2(method: slice("REGISTER"), uri: slice("sip:r")))
        #expect(expected == HashFunction.md5.hexadecimal(of: text(session) + ":n:00000001:c:auth:" + ha2))
        answer.cnonce = nil
        #expect(answer.expected(ha1: secret, method: slice("REGISTER"), body: []) == nil)
    }

    @Test func `auth-int covers the body`() {
        let secret = ha1(.sha256, "a", "r", "p")
        var answer = DigestResponse(
            algorithm: .sha256, nonce: slice("n"), uri: slice("sip:r"), response: [], qop: slice("auth-int"),
            nonceCount: slice("00000001"), cnonce: slice("c"))
        answer.response = answer.expected(ha1: secret, method: slice("MESSAGE"), body: slice("hello"))?[...] ?? []
        let ha2 = HashFunction.sha256.hexadecimal(
            of: "MESSAGE:sip:r:" + text(HashFunction.sha256.hexadecimal(of: "hello")))
        let whole = text(Array(secret)) + ":n:00000001:c:auth-int:" + text(ha2)
        #expect(Array(answer.response) == HashFunction.sha256.hexadecimal(of: whole))
        #expect(answer.matches(ha1: secret, method: slice("MESSAGE"), body: slice("hello")))
        #expect(!answer.matches(ha1: secret, method: slice("MESSAGE"), body: slice("hullo")))
    }

    @Test func `a response with parameters missing proves nothing`() {
        let secret = ha1(.md5, "a", "r", "p")
        for qop in ["auth", "auth-int", "other"] {
            let answer = DigestResponse(nonce: slice("n"), uri: slice("u"), response: [], qop: slice(qop))
            #expect(!answer.matches(ha1: secret, method: slice("GET")))
        }
        #expect(!DigestResponse(nonce: [], uri: [], response: []).matches(ha1: [], method: []))
    }

    @Test(arguments: [
        ("MD5", DigestAlgorithm.md5), ("md5-SESS", .md5Session), ("sha-256", .sha256), ("SHA-256-sess", .sha256Session),
        ("SHA-512-256", .sha512t256), ("SHA-512-256-sess", .sha512t256Session),
    ])
    func `an algorithm is known by its name in any case`(name: String, algorithm: DigestAlgorithm) {
        #expect(DigestAlgorithm(slice(name)) == algorithm)
        #expect(algorithm.name.lowercased() == name.lowercased())
        #expect(DigestAlgorithm(slice(name + "x")) == nil)
        #expect(DigestAlgorithm(slice("SHA-1")) == nil && DigestAlgorithm([]) == nil)
    }
}
