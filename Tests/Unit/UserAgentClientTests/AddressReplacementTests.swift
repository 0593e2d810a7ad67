import SIPMessage
import Testing

@testable import UserAgentClientModule

@Suite struct AddressReplacementTests {
    /// As Kamailio 5.6.3 writes them.
    static let captured: [(old: ByteString, new: ByteString, value: ByteString)] = [
        ("sip:alice@example.test", "sip:masked@example.test", "AAAAAAwNGggAJCUdGQwdHAlLWhEWB3Q-"),
        ("sip:uacfrom@example.test", "sip:hidden@example.test", "AAAAAB0IBwIXAS0lHRkMHRwJS1oRFgd0"),
    ]

    @Test(arguments: captured.indices)
    func `the parameter is Kamailio's`(_ index: Int) {
        let pair = Self.captured[index]
        #expect(AddressReplacement.parameter(from: pair.old, to: pair.new, password: "") == pair.value)
    }

    @Test(arguments: captured.indices, ["", "secret"] as [ByteString])
    func `either URI comes back from the other`(_ index: Int, _ password: ByteString) {
        let pair = Self.captured[index]
        let value = AddressReplacement.parameter(from: pair.old, to: pair.new, password: password)
        #expect(AddressReplacement.counterpart(of: pair.new, parameter: value, password: password) == pair.old)
        #expect(AddressReplacement.counterpart(of: pair.old, parameter: value, password: password) == pair.new)
    }

    @Test(arguments: ["", "A", "AAA=", "!!!!", "AAAA", "----", "AAAAAAwNGggAJCUdGQwdHAlLWhEWB3Q"] as [ByteString])
    func `a broken parameter gives nothing`(_ value: ByteString) {
        #expect(AddressReplacement.counterpart(of: "sip:masked@example.test", parameter: value, password: "") == nil)
    }

    @Test func `a parameter that makes no URI gives nothing`() {
        let value = AddressReplacement.parameter(from: "sip:a@b.test\r\nX: y", to: "sip:c@d.test", password: "")
        #expect(AddressReplacement.counterpart(of: "sip:c@d.test", parameter: value, password: "") == nil)
    }
}

@Suite struct ChallengeAnswerTests {
    private static func response(_ status: String, _ header: String) throws -> SIPMessage {
        try SIPMessage.parse(
            Array("SIP/2.0 \(status) X\r\n\(header)\r\nContent-Length: 0\r\n\r\n".utf8))
    }

    @Test func `the answer to a 401 is Kamailio's`() throws {
        let response = try Self.response(
            "401", "WWW-Authenticate: Digest realm=\"carrier.test\", nonce=\"n2\", opaque=\"op\", algorithm=MD5")
        let demand = try #require(ChallengeAnswer.Demand(response))
        let credential = ClientCredential(user: "trunk", realm: "carrier.test", password: "tpw")
        let line = ChallengeAnswer.header(
            demand, credential, method: "INVITE", uri: "sip:uacauth@example.test", cnonce: "c")
        #expect(
            line?.string == "Authorization: Digest username=\"trunk\", realm=\"carrier.test\", nonce=\"n2\", "
                + "uri=\"sip:uacauth@example.test\", opaque=\"op\", response=\"524e00a1771629677b039e7f861865d3\", "
                + "algorithm=MD5\r\n")
    }

    @Test func `a 407 is answered to the proxy, with qop when it is offered`() throws {
        let response = try Self.response("407", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")
        let demand = try #require(ChallengeAnswer.Demand(response))
        let line = ChallengeAnswer.header(
            demand, ClientCredential(user: "u", realm: "r", password: "p"), method: "BYE", uri: "sip:x", cnonce: "c")
        let text = line?.string ?? ""
        #expect(text.hasPrefix("Proxy-Authorization: Digest username=\"u\""))
        #expect(text.contains(", qop=auth, nc=00000001, cnonce=\"c\", response="))
    }

    @Test(arguments: [
        "WWW-Authenticate: Basic realm=\"r\"", "WWW-Authenticate: Digest realm=\"r\"",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=NEW",
        "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
    ])
    func `a challenge that cannot be met demands nothing`(_ header: String) throws {
        #expect(ChallengeAnswer.Demand(try Self.response("401", header)) == nil)
    }

    @Test func `a password may hold colons`() {
        let credential = ClientCredential("user:gw.test:a:b")
        #expect(credential == ClientCredential(user: "user", realm: "gw.test", password: "a:b"))
        #expect(ClientCredential("user") == nil)
        #expect(ClientCredential(":r:p") == nil)
    }
}
