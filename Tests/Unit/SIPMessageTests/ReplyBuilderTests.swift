import SIPMessage
import Testing

@Suite struct ReplyBuilderTests {
    private static func request(via: String) throws -> SIPMessage {
        let text = """
            INVITE sip:bob@example.com SIP/2.0\r
            Via: \(via)\r
            v: SIP/2.0/UDP other\r
            Max-Forwards: 70\r
            Record-Route: <sip:proxy;lr>\r
            f: <sip:a@b>;tag=1\r
            To: <sip:bob@example.com>\r
             ;x=y\r
            Call-ID: c1\r
            CSeq: 1 INVITE\r
            Contact: <sip:a@192.0.2.1>\r
            Content-Length: 2\r
            \r
            ab
            """
        return try SIPMessage.parse(Array(text.utf8))
    }

    private func text(_ builder: ReplyBuilder) -> String { String(decoding: builder.bytes(), as: UTF8.self) }

    @Test func `a plain response copies what it must`() throws {
        let builder = ReplyBuilder(to: try Self.request(via: "SIP/2.0/UDP one;rport"), status: 100, reason: "Trying")
        #expect(
            text(builder) == """
                SIP/2.0 100 Trying\r
                Via: SIP/2.0/UDP one;rport\r
                v: SIP/2.0/UDP other\r
                f: <sip:a@b>;tag=1\r
                To: <sip:bob@example.com>\r
                 ;x=y\r
                Call-ID: c1\r
                CSeq: 1 INVITE\r
                Content-Length: 0\r
                \r\n
                """)
    }

    @Test func `a full response carries all that was asked for`() throws {
        var builder = ReplyBuilder(
            to: try Self.request(via: "SIP/2.0/UDP one;branch=z9hG4bK1, SIP/2.0/UDP two"), status: 200, reason: "OK")
        builder.toTag = "t1"
        builder.received = "192.0.2.7"
        builder.rport = 4000
        builder.copiesRecordRoute = true
        builder.addHeader("Server", "sipd")
        builder.body = "hello"
        builder.contentType = "text/plain"
        #expect(
            text(builder) == """
                SIP/2.0 200 OK\r
                Via: SIP/2.0/UDP one;branch=z9hG4bK1;rport=4000;received=192.0.2.7, SIP/2.0/UDP two\r
                v: SIP/2.0/UDP other\r
                Record-Route: <sip:proxy;lr>\r
                f: <sip:a@b>;tag=1\r
                To: <sip:bob@example.com>\r
                 ;x=y;tag=t1\r
                Call-ID: c1\r
                CSeq: 1 INVITE\r
                Server: sipd\r
                Content-Type: text/plain\r
                Content-Length: 5\r
                \r
                hello
                """)
        let reply = try SIPMessage.parse(builder.bytes())
        #expect(reply.defects == [])
        #expect(reply.status == 200)
        #expect(reply.to?.tag == "t1")
        #expect(reply.topVia?.rport == .value("4000"))
    }

    @Test(arguments: [
        ("SIP/2.0/UDP one;rport;branch=b", "SIP/2.0/UDP one;rport=9;branch=b;received=r"),
        ("SIP/2.0/UDP one;received=x ; rport=1;b", "SIP/2.0/UDP one;received=r ;rport=9;b"),
        ("SIP/2.0/UDP one ; rport ; received=x", "SIP/2.0/UDP one ;rport=9 ;received=r"),
        ("SIP/2.0/UDP one", "SIP/2.0/UDP one;rport=9;received=r"),
    ])
    func `received and rport take the place of what is there`(via: String, expected: String) throws {
        var builder = ReplyBuilder(to: try Self.request(via: via), status: 200, reason: "OK")
        builder.received = "r"
        builder.rport = 9
        let reply = try SIPMessage.parse(builder.bytes())
        #expect(reply.topVia?.received == "r")
        #expect(reply.topVia?.rport == .value("9"))
        #expect(text(builder).contains("Via: \(expected)\r\n"))
    }

    @Test func `a tag that is there stays`() throws {
        let request = try SIPMessage.parse(Array("BYE sip:a SIP/2.0\r\nTo: <sip:a>;tag=old\r\n\r\n".utf8))
        var builder = ReplyBuilder(to: request, status: 481, reason: "Gone")
        builder.toTag = "new"
        #expect(text(builder) == "SIP/2.0 481 Gone\r\nTo: <sip:a>;tag=old\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func `a request that ends within its headers is answered with whole lines`() throws {
        let request = try SIPMessage.parse(Array("BYE sip:a SIP/2.0\nCall-ID: 1".utf8))
        #expect(request.defects.contains(Defect(.unterminatedHeaders, at: 28)))
        let builder = ReplyBuilder(to: request, status: 400, reason: "Bad Request")
        #expect(text(builder) == "SIP/2.0 400 Bad Request\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: [(7, "007"), (99, "099"), (100, "100"), (603, "603")])
    func `a status has three digits`(status: Int, digits: String) throws {
        let builder = ReplyBuilder(to: try Self.request(via: "SIP/2.0/UDP one"), status: status, reason: "Odd")
        #expect(String(decoding: builder.bytes(), as: UTF8.self).hasPrefix("SIP/2.0 \(digits) Odd\r\n"))
    }
}
