import DigestAuthentication
import Testing

@Suite struct NonceIssuerTests {
    private let issuer = NonceIssuer(secret: slice("a shared secret"), lifetime: .seconds(300))
    private let now = 1_700_000_000

    @Test func `a fresh nonce is valid until its lifetime ends`() {
        let nonce = issuer.issue(at: now, serial: 0xFFFF_FFFE)
        #expect(nonce.count == NonceIssuer.length)
        #expect(issuer.verify(nonce[...], at: now) == .valid(serial: 0xFFFF_FFFE))
        #expect(issuer.verify(nonce[...], at: now + 300) == .valid(serial: 0xFFFF_FFFE))
        #expect(issuer.verify(nonce[...], at: now + 301) == .stale)
        #expect(issuer.verify(nonce[...], at: now + 100_000_000) == .stale)
    }

    @Test func `another server's clock may be ahead`() {
        let nonce = issuer.issue(at: now + 10, serial: 1)
        #expect(issuer.verify(nonce[...], at: now) == .valid(serial: 1))
        #expect(issuer.verify(nonce[...], at: now - 291) == .stale)
    }

    @Test func `servers with the same secret accept each other's nonces`() {
        let other = NonceIssuer(secret: slice("a shared secret"), lifetime: .seconds(60))
        #expect(other.verify(issuer.issue(at: now, serial: 7)[...], at: now) == .valid(serial: 7))
        let stranger = NonceIssuer(secret: slice("another secret"), lifetime: .seconds(60))
        #expect(stranger.verify(issuer.issue(at: now, serial: 7)[...], at: now) == .forged)
    }

    @Test func `a nonce changed in any digit is forged`() {
        let nonce = issuer.issue(at: now, serial: 7)
        for index in nonce.indices {
            var changed = nonce
            changed[index] = changed[index] == 0x30 ? 0x31 : 0x30
            #expect(issuer.verify(changed[...], at: now) == .forged)
        }
        let bad: [ArraySlice<UInt8>] = [
            [], nonce.dropLast(), (nonce + [0x30])[...], slice(text(nonce).uppercased()), slice("zz"),
        ]
        for bad in bad {
            #expect(issuer.verify(bad, at: now) == .forged)
        }
    }

    @Test func `a nonce is bound to parts of the message`() {
        let nonce = issuer.issue(at: now, serial: 7, boundTo: [slice("ab"), slice("c")])[...]
        #expect(issuer.verify(nonce, at: now, boundTo: [slice("ab"), slice("c")]) == .valid(serial: 7))
        #expect(issuer.verify(nonce, at: now, boundTo: [slice("a"), slice("bc")]) == .forged)
        #expect(issuer.verify(nonce, at: now, boundTo: []) == .forged)
    }

    @Test func `the time may pass the end of 32 bits`() {
        let nonce = issuer.issue(at: 0xFFFF_FFFF, serial: 1)[...]
        #expect(issuer.verify(nonce, at: 0x1_0000_0010) == .valid(serial: 1))
    }
}
