import DigestAuthentication
import Testing

private func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct DigestAlgorithmTests {
    @Test func `the example of RFC 2617 section 3.5 gives its response`() {
        let ha1 = DigestAlgorithm.md5.ha1(
            username: slice("Mufasa"), realm: slice("testrealm@host.com"), password: slice("Circle Of Life"))
        #expect(text(ha1) == "939e7578ed9e3c518a452acee763bce9")
        let response = DigestResponse(
            nonce: slice("dcd98b7102dd2f0e8b11d0f600bfb0c093"), uri: slice("/dir/index.html"),
            response: slice("6629fae49393a05397450978507c4ef1"), qop: slice("auth"), nonceCount: slice("00000001"),
            cnonce: slice("0a4f113b"))
        #expect(response.matches(ha1: ha1[...], method: slice("GET")))
        #expect(!response.matches(ha1: ha1[...], method: slice("PUT")))
    }
}
