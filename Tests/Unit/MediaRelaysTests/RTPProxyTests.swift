import SIPMessage
import ScriptEngine
import Testing

@testable import MediaRelaysModule

@Suite struct ProxyFlagsTests {
    @Test(
        arguments: [
            ("", ""), ("co", ""), ("w", "S"), ("W", "S"), ("a", "A"), ("aw", "A"), ("ie", "IE"), ("z20", "Z20"),
            ("z", ""),
            ("eiz5w", "EISZ5"),
        ] as [(ByteString, ByteString)])
    func `letters become what rtpproxy is told`(_ flags: ByteString, _ options: ByteString) throws {
        #expect(try ProxyFlags(parsing: flags).options == options)
    }

    @Test(arguments: ["q", "4", "co!", "z20y"] as [ByteString])
    func `an unknown letter is refused`(_ flags: ByteString) {
        #expect(throws: ScriptError.self) { try ProxyFlags(parsing: flags) }
    }
}

@Suite struct ProxySessionTests {
    @Test(
        arguments: [
            ("35000 192.0.2.1\n", "35000"), ("35000", "35000"), ("35000 ::1 x", "35000"), ("0", nil), ("E1", nil),
            ("", nil),
            ("70000 1.2.3.4", nil), ("35000 junk", nil),
        ] as [(ByteString, String?)])
    func `an answer is a port and perhaps an address`(_ answer: ByteString, _ port: String?) {
        #expect(ProxySession.Relayed(answer).map { "\($0.port.value)" } == port)
    }

    @Test func `media that are refused or have no address are left out`() throws {
        let text: ByteString =
            "v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5 RTP/AVP 0\r\nc=IN IP4 1.2.3.4\r\n"
        #expect(try #require(ProxySession(text)).media.map(\.stream.port.string) == ["5"])
        #expect(ProxySession("v=0\r\n") == nil)
    }
}
