import SIPMessage
import Testing
import TextOperationsModule

@Suite struct FileNamePatternTests {
    @Test(arguments: [
        ("a*", "abc", true), ("b*", "abc", false), ("a?c", "abc", true), ("[a-c]bc", "abc", true),
        ("[!a-c]bc", "abc", false), ("*c", "abcabc", true), ("a*b*c", "aXbYbZc", true), ("", "", true), ("*", "", true),
        ("\\*", "*", true), ("[", "[", true), ("[]]", "]", true),
    ])
    func `a pattern matches as the shell does`(pattern: String, text: String, isMatch: Bool) {
        #expect(FileNamePattern(ByteString(pattern)).matches(ByteString(text)) == isMatch)
    }
}

@Suite struct SessionHoldTests {
    private static let session = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\n"

    @Test(arguments: [
        ("c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", 1),
        ("c=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n", 2),
        ("c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 10.0.0.1\r\n", nil),
        ("a=inactive\r\nm=video 4000 RTP/AVP 0\r\n", nil),
        ("a=inactive\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n", nil),
    ])
    func `hold is told by address and direction`(lines: String, hold: Int?) {
        #expect(SessionHold.of(audioIn: ByteString(Self.session + lines)) == hold)
    }
}

@Suite struct MultipartBodyTests {
    private func message(_ body: String) throws -> SIPMessage {
        let head = "MESSAGE sip:a SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n"
        return try SIPMessage.parse(Array((head + body).utf8))
    }

    @Test func `a part is found by its type`() throws {
        let body =
            "--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n"
        let parts = MultipartBody(try message(body))
        #expect(parts?.parts.count == 2)
        #expect(parts?.part(ofType: "application/SDP")?.body == "v=0")
        #expect(parts?.part(ofType: "text/html") == nil)
    }

    @Test(arguments: ["", "--b", "--b\r\n", "--b\r\n--b\r\n--b--", "--b\r\nX\r\n--b--"])
    func `a body without parts has none`(body: String) throws {
        #expect(MultipartBody(try message(body))?.part(ofType: "text/plain") == nil)
    }
}
