import SIPMessage
import Testing

@Suite struct SIPMessageTests {
    static let invite = """
        INVITE sip:bob@biloxi.example.com SIP/2.0\r
        Via: SIP/2.0/UDP pc33.atlanta.example.com:5066;branch=z9hG4bK776asdhds;rport, SIP/2.0/TCP [2001:db8::1]\r
        Max-Forwards: 70\r
        t: Bob <sip:bob@biloxi.example.com>\r
        From: "Alice, \\"A\\"" <sip:alice@atlanta.example.com>;tag=1928301774\r
        Call-ID: a84b4c76e66710\r
        CSeq: 314159 INVITE\r
        Contact: <sip:alice@pc33.atlanta.example.com;transport=tcp>;q=0.7;expires=3600\r
        X-Custom: one,\r
        \ttwo\r
        Content-Type: application/sdp\r
        Content-Length: 4\r
        \r
        v=0\nrest
        """

    @Test func `a request is taken apart`() throws {
        let message = try SIPMessage.parse(Array(Self.invite.utf8))
        #expect(message.defects == [])
        #expect(message.startLine == .request(.invite, uri: "sip:bob@biloxi.example.com"))
        #expect(message.version == "SIP/2.0")
        #expect(message.topVia?.host == "pc33.atlanta.example.com")
        #expect(message.topVia?.port == 5066)
        #expect(message.topVia?.branch == "z9hG4bK776asdhds")
        #expect(message.topVia?.rport == .flag)
        #expect(message.maxForwards == 70)
        #expect(message.to?.displayName == "Bob")
        #expect(message.to?.tag == nil)
        #expect(message.from?.displayName == #""Alice, \"A\"""#)
        #expect(message.from?.uri == "sip:alice@atlanta.example.com")
        #expect(message.from?.tag == "1928301774")
        #expect(message.callID == "a84b4c76e66710")
        #expect(message.cseq == CSeq(number: 314159, method: .invite))
        #expect(message.contentLength == 4)
        #expect(message.body == "v=0\nrest")
        let contact = try #require(try message.contacts().first)
        #expect(contact.q == 700)
        #expect(contact.expires == 3600)
        #expect(contact.parsedURI?.parameter(named: "Transport") == .value("tcp"))
        #expect(try message.vias().map(\.host) == ["pc33.atlanta.example.com", "[2001:db8::1]"])
        #expect(message.headers(named: "x-custom").map { message.text(of: $0) } == ["one,\r\n\ttwo"])
    }
}
