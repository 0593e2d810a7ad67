import SIPMessage
import Testing

@Suite struct SIPURITests {
    @Test func `all parts of a URI are found`() throws {
        let uri = try SIPURI.parse(
            "sips:alice;day=tuesday:s3cret@[2001:db8::9]:5061;transport=tcp;lr?subject=a&priority=b")
        #expect(uri.scheme == .sips)
        #expect(uri.user == "alice;day=tuesday")
        #expect(uri.password == "s3cret")
        #expect(uri.host == "[2001:db8::9]")
        #expect(uri.port == 5061)
        #expect(uri.parameters == "transport=tcp;lr")
        #expect(uri.parameter(named: "TRANSPORT") == .value("tcp"))
        #expect(uri.parameter(named: "lr") == .flag)
        #expect(uri.parameter(named: "maddr") == .absent)
        #expect(uri.headers == "subject=a&priority=b")
    }

    @Test func `a URI with a host alone has no user`() throws {
        let uri = try SIPURI.parse("sip:example.com")
        #expect(uri.user == nil && uri.password == nil && uri.port == nil)
        #expect(uri.host == "example.com")
        #expect(uri.parameters.isEmpty && uri.headers.isEmpty)
    }

    @Test func `a telephone URI has its number as user`() throws {
        let uri = try SIPURI.parse("tel:+1-201-555-0123;phone-context=example.com")
        #expect(uri.scheme == .tel)
        #expect(uri.user == "+1-201-555-0123")
        #expect(uri.host.isEmpty)
        #expect(uri.parameter(named: "phone-context") == .value("example.com"))
    }

    @Test func `other schemes keep what is behind the colon`() throws {
        #expect(try SIPURI.parse("urn:service:sos").opaque == "service:sos")
        let uri = try SIPURI.parse("soap.beep://192.0.2.103:3002")
        #expect(uri.scheme == .other("soap.beep"))
        #expect(uri.opaque == "//192.0.2.103:3002")
    }

    @Test(arguments: [
        "", "sip", "sip:", ":x", "sip:@host", "sip:u@", "sip:u@:5060", "sip:h:", "sip:h:65536", "sip:h:5060x",
        "sip:[::1", "sip:[]", "sip:[::1]x", "sip:h;a b", "sip:h?a=<b>", "<sip:h>", "sip:h:-1", "sip:a@b@c", "1sip:x",
        "sip:h\u{0}", "tel:", "tel: 1", "sip:user@exa mple.com", "sip:h:99999999999999999999999",
    ])
    func `what is no URI is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try SIPURI.parse(ByteString(text)) }
    }

    @Test func `a URI longer than the limit is refused`() {
        let text = ByteString("sip:h;p=" + String(repeating: "x", count: 1017))
        #expect(throws: SIPParseError(.uri, .exceeds(limit: 1024), at: 0)) { try SIPURI.parse(text) }
        #expect(throws: Never.self) { try SIPURI.parse(text.dropLast()) }
    }

    @Test func `setters write the URI anew`() throws {
        var uri = try SIPURI.parse("sip:bob:pw@example.com;transport=udp?a=b")
        uri.user = "+49123"
        #expect(uri.raw == "sip:+49123:pw@example.com;transport=udp?a=b")
        uri.port = 5070
        uri.host = "192.0.2.1"
        #expect(uri.raw == "sip:+49123:pw@192.0.2.1:5070;transport=udp?a=b")
        uri.parameters = ""
        uri.headers = ""
        uri.password = nil
        #expect(uri.raw == "sip:+49123@192.0.2.1:5070")
        uri.user = nil
        uri.port = nil
        #expect(uri.raw == "sip:192.0.2.1")
        #expect(uri.host == "192.0.2.1")
        #expect(try SIPURI.parse(uri.raw) == uri)
        #expect(SIPURI(user: "a", host: "b", port: 1, parameters: "lr").bytes == "sip:a@b:1;lr")
    }

    @Test func `a part of a message keeps its places`() throws {
        let message: ByteString = "To: <sip:bob@example.com:5070>"
        let uri = try SIPURI.parse(message[5..<29])
        #expect(uri.userRange == 9..<12)
        #expect(uri.hostRange == 13..<24)
        #expect(uri.portRange == 25..<29)
        #expect(uri.compacted().hostRange == 8..<19)
        #expect(uri.compacted() == uri)
    }

    @Test(arguments: [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
        ),
        ("tel:+1", "TEL:+1"),
    ])
    func `the equivalent URIs of RFC 3261 are equivalent`(one: String, other: String) throws {
        let one = try SIPURI.parse(ByteString(one))
        let other = try SIPURI.parse(ByteString(other))
        #expect(one.isEquivalent(to: other) && other.isEquivalent(to: one))
    }

    @Test(arguments: [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on"),
        ("sip:a@b", "sips:a@b"), ("sip:a@b", "sip:a:p@b"), ("sip:b", "sip:a@b"),
    ])
    func `the different URIs of RFC 3261 are not equivalent`(one: String, other: String) throws {
        let one = try SIPURI.parse(ByteString(one))
        let other = try SIPURI.parse(ByteString(other))
        #expect(!one.isEquivalent(to: other) && !other.isEquivalent(to: one))
    }
}
