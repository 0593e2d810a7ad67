import ModuleInterface
import NetworkAddress
import SIPMessage
import Testing

@testable import NATTraversalModule

@Suite struct ConnectionAliasTests {
    @Test(arguments: [
        ("1.2.3.4~555~1", "sip:1.2.3.4:555"), ("1.2.3.4~555~2", "sip:1.2.3.4:555;transport=tcp"),
        ("[::1]~5~3", "sip:[::1]:5;transport=tls"),
    ])
    func `an alias names a place`(_ text: String, _ destination: String) {
        #expect(ConnectionAlias.destination(ByteString(text))?.string == destination)
    }

    @Test(arguments: [
        "", "junk", "1.2.3.4", "1.2.3.4~555", "1.2.3.4~~1", "1.2.3.4~99999~1", "1.2.3.4~5~9", "1.2.3.4~5~-1",
        "a@b~5~1", "1.2.3.4;x~5~1", "1.2.3.4~5~1~1", "~5~1",
    ])
    func `a broken alias names none`(_ text: String) {
        #expect(ConnectionAlias.destination(ByteString(text)) == nil)
    }

    @Test func `an alias is read as it is written`() {
        let text = ConnectionAlias.text(host: "192.0.2.1", port: 5060, transport: .tcp)
        #expect(text == "192.0.2.1~5060~2")
    }
}

@Suite struct PrivateAddressTests {
    @Test(arguments: [
        ("10.1.1.1", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.3.4", true), ("100.64.0.1", true),
        ("100.128.0.1", false), ("8.8.8.8", false), ("169.254.1.1", false), ("127.0.0.1", false), ("192.0.0.9", true),
        ("fc00::1", false),
        ("junk", false), ("", false),
    ])
    func `private are RFC 1918 and RFC 6598`(_ text: String, _ expected: Bool) {
        #expect(PrivateAddress(includesReserved: true).contains(ByteString(text)) == expected)
    }
}

@Suite struct ContactValueTests {
    private static func invite(_ contact: String) throws -> SIPMessage {
        try SIPMessage.parse(
            Array(
                """
                INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.1.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
                To: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: \(contact)\r\nContent-Length: 0\r\n\r\n
                """.utf8))
    }

    @Test(arguments: [
        ("<sip:a@10.1.1.1:5999>", "<sip:a@10.1.1.1:5999;alias=x>"),
        (
            "\"A\" <sip:a@10.1.1.1;transport=tcp?h=1>;expires=7",
            "\"A\" <sip:a@10.1.1.1;alias=x;transport=tcp?h=1>;expires=7"
        ),
        ("sip:a@10.1.1.1;expires=7", "<sip:a@10.1.1.1;alias=x>;expires=7"),
        ("<sip:a@1.1.1.1>, <sip:b@2.2.2.2>", "<sip:a@1.1.1.1>, <sip:b@2.2.2.2;alias=x>"),
    ])
    func `the alias stands behind host and port`(_ contact: String, _ expected: String) throws {
        let message = try Self.invite(contact)
        var edits = MessageEdits()
        try #require(ContactValue(message)).add(";alias=x", .behindHostPort, &edits)
        let changed = try SIPMessage.parse(edits.apply(to: message))
        #expect(changed.firstText(.contact)?.string == expected)
    }

    @Test(arguments: ["*", "<tel:+1234>", "<sip:a@b"])
    func `a Contact without SIP URI is none`(_ contact: String) throws {
        #expect(ContactValue(try Self.invite(contact)) == nil)
    }
}

@Suite struct SessionDescriptionTests {
    private static let body: ByteString =
        "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.8\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 8.8.8.8\r\nm=audio 4002 RTP/AVP 0\r\n"

    @Test func `each medium has its own address or the session's`() throws {
        let session = try #require(SessionDescription(body: Self.body))
        #expect(session.origin == "10.0.0.9")
        #expect(session.sessionAddress == "10.0.0.8")
        #expect(session.mediaAddresses.map(\.string) == ["8.8.8.8", "10.0.0.8"])
    }

    @Test func `the address for RTCP is rewritten with the others`() throws {
        let head = "INVITE sip:x@y SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n"
        let body = "v=0\r\nc=IN IP4 10.0.0.8\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:4001 IN IP4 10.0.0.8\r\n"
        let message = try SIPMessage.parse(Array((head + body).utf8))
        var edits = MessageEdits()
        let address = try #require(IPAddress(ByteString("192.0.2.1").bytes))
        let code = SessionRewriting.connections.apply(
            to: try #require(SessionDescription(message)), address: address, noProxyLine: "", keepsOldAddresses: false,
            &edits)
        #expect(code == 1)
        let changed = try SIPMessage.parse(edits.apply(to: message))
        #expect(changed.body.range(of: "10.0.0.8") == nil)
        #expect(changed.body.range(of: "a=rtcp:4001 IN IP4 192.0.2.1") != nil)
    }

    @Test(arguments: ["", "x", "v=0\r\nc=\r\nc=IN\r\no=a b\r\nm=\r\n", "v=0\nc=IN IP4 /\nm=audio\n"] as [ByteString])
    func `broken lines are passed over`(_ body: ByteString) {
        let session = SessionDescription(body: body)
        #expect(session?.connections.isEmpty ?? true)
    }
}
