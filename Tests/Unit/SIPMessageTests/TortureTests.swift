import SIPMessage
import Testing

/// Messages in the manner of RFC 4475, which a parser must take, or refuse without harm.
@Suite struct TortureTests {
    private func parse(_ lines: [String], body: String = "") throws -> SIPMessage {
        try SIPMessage.parse(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    private func request(_ startLine: String, _ lines: [String] = []) throws -> SIPMessage {
        try parse(
            [
                startLine, "To: <sip:a@example.com>", "From: <sip:b@example.net>;tag=9", "Call-ID: torture",
                "CSeq: 1 OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx", "Max-Forwards: 70",
            ] + lines)
    }

    private func kinds(_ message: SIPMessage) -> [Defect.Kind] { message.defects.map(\.kind) }

    @Test func `3-1-1-1 a short tortuous INVITE`() throws {
        let message = try parse(
            [
                "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0", "TO :",
                " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
                #"from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>"#, "  ;", "  tag = 98asjd8",
                "MaX-fOrWaRdS: 0068", "Call-ID: wsinv.ndaksdj@192.0.2.1", "Content-Length   : 3", "cseq: 0009",
                "  INVITE", "Via  : SIP  /   2.0", " /UDP", "    192.0.2.2;branch=390skdjuw", "s :",
                "NewFangledHeader:   newfangled value", " continued newfangled value",
                "UnknownHeaderWithUnusualValue: ;;,,;;,;", "Content-Type: application/sdp", "Route:",
                " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
                "v:  SIP  / 2.0  / TCP     spindle.example.com   ;", "  branch  =   z9hG4bK9ikj8  ,",
                " SIP  /    2.0   / UDP  192.168.255.111   ; branch=", " z9hG4bK30239",
                #"m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam ="#, "      newvalue ;",
                "  secondparam ; q = 0.33",
            ], body: "v=0")
        #expect(message.defects == [])
        #expect(message.to?.uri == "sip:vivekg@chair-dnrc.example.com")
        #expect(message.to?.tag == "1918181833n")
        #expect(message.from?.displayName == ByteString(#""J Rosenberg \\\"""#))
        #expect(message.from?.tag == "98asjd8")
        #expect(message.maxForwards == 68)
        #expect(message.cseq == CSeq(number: 9, method: .invite))
        #expect(message.topVia?.host == "192.0.2.2")
        let vias = try message.vias()
        #expect(vias.map(\.host) == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
        #expect(vias.map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(message.firstText(.subject)?.isEmpty == true)
        #expect(try message.contacts().first?.q == 330)
        #expect(try message.contacts().first?.parameter(named: "newparam") == .value("newvalue"))
        #expect(try message.routes().first?.parsedURI?.parameter(named: "lr") == .flag)
        #expect(message.body == "v=0")
    }

    @Test func `3-1-1-2 a wide range of valid characters`() throws {
        let method = "!interesting-Method0123456789_*+`.%indeed'~"
        let user = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
        let password = "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
        let message = try parse([
            "\(method) sip:\(user):\(password)@example.com SIP/2.0",
            "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
            "To: \"BEL:\\\u{7} NUL:\\\u{0} DEL:\\\u{7F}\" <sip:\(user):\(password)@example.com>",
            "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
            "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", "CSeq: 139122385 \(method)", "Max-Forwards: 255",
            "extensionHeader-!.%*+_`'~: \u{FEFF}大停電", "Content-Length: 0",
        ])
        #expect(message.defects == [])
        #expect(message.method == .other(ByteString(method)))
        let uri = try SIPURI.parse(try #require(message.requestURI))
        #expect(uri.user == ByteString(user))
        #expect(uri.password == ByteString(password))
        #expect(uri.host == "example.com")
        #expect(message.from?.tag == "_token~1'+`*%!-.")
        #expect(message.from?.parameter(named: "fromParam''~+*_!.-%") == .value("\"работающий\""))
        #expect(message.callID == "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{")
        #expect(message.firstHeader(named: "EXTENSIONHEADER-!.%*+_`'~") != nil)
    }

    @Test func `3-1-1-3 escapes in URIs are not delimiters`() throws {
        let uri = try SIPURI.parse("sip:sips%3Auser%40example.com@example.net")
        #expect(uri.user?.unescaped() == "sips:user@example.com")
        #expect(uri.host == "example.net")
    }

    @Test func `3-1-1-4 escaped NULs are kept`() throws {
        #expect(try SIPURI.parse("sip:null-%00-null@example.com").user?.unescaped().count == 11)
    }

    @Test func `3-1-1-5 an escape in a method is not resolved`() throws {
        #expect(try request("RE%47IST%45R sip:a SIP/2.0").method == .other("RE%47IST%45R"))
    }

    @Test func `3-1-1-7 long values are taken`() throws {
        let long = String(repeating: "long", count: 300)
        let message = try parse([
            "INVITE sip:user@example.com SIP/2.0",
            "To: \"I have a user name of \(long)\" <sip:user@example.com;\(long)>",
            "F: sip:\(long)@example.net;tag=12982\(long);unknownheaderparamname\(long)=\(long);flag",
            "Call-ID: longreq.one\(long)", "CSeq: 3882340 INVITE", "v: SIP/2.0/TCP sip33.example.com",
            "V: SIP/2.0/TCP 192.0.2.2;branch=390skdjuw;\(long)", "Max-Forwards: 70",
        ])
        #expect(message.defects == [])
        #expect(message.from?.tag?.count == 1205)
    }

    @Test func `3-1-1-8 bytes behind the message are cut off before they get into a stream`() throws {
        let text =
            "REGISTER sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\nINVITE sip:joe@example.com SIP/2.0\r\nt: x\r\n\r\n"
        let message = try SIPMessage.parse(Array(text.utf8))
        #expect(MessageEdits().apply(to: message) == Array(text.utf8))
        let sent = MessageEdits().apply(to: message, needsContentLength: true)
        #expect(sent == Array("REGISTER sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n".utf8))
    }

    @Test func `3-1-1-9 a semicolon may stand in the user part`() throws {
        let uri = try SIPURI.parse("sip:user;par=u%40example.net@example.com")
        #expect(uri.user == "user;par=u%40example.net")
        #expect(uri.parameters.isEmpty)
    }

    @Test func `3-1-1-10 any transport may stand in Via`() throws {
        let message = try parse([
            "OPTIONS sip:a SIP/2.0", "Via: SIP/2.0/UDP t1.example.com", "Via: SIP/2.0/SCTP t2.example.com",
            "Via: SIP/2.0/TLS t3.example.com", "Via: SIP/2.0/UNKNOWN t4.example.com", "Via: SIP/2.0/TCP t5.example.com",
        ])
        #expect(try message.vias().map(\.transport) == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
    }

    @Test func `3-1-1-11 a binary body is taken as it is`() throws {
        let head = "MESSAGE sip:a SIP/2.0\r\nContent-Length: 256\r\n\r\n"
        let message = try SIPMessage.parse(Array(head.utf8) + Array(UInt8.min...UInt8.max))
        #expect(message.body.array == Array(UInt8.min...UInt8.max))
    }

    @Test func `3-1-1-12 a reason phrase may hold any text`() throws {
        let message = try parse(["SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое", "CSeq: 1 INVITE"])
        #expect(message.startLine == .response(status: 200, reason: "= 2**3 * 5**2 но сто девяносто девять - простое"))
        #expect(message.method == .invite)
    }

    @Test(arguments: ["SIP/2.0 100 ", "SIP/2.0 100"])
    func `3-1-1-13 a reason phrase may be empty`(line: String) throws {
        #expect(try parse([line]).startLine == .response(status: 100, reason: ""))
    }

    @Test func `3-1-2-1 empty parts between separators do no harm`() throws {
        let message = try parse([
            "INVITE sip:user@example.com SIP/2.0", "Contact: \"Joe\" <sip:joe@example.org>;;;;",
            "Via: SIP/2.0/UDP 192.0.2.15;;,;,,",
        ])
        #expect(message.topVia?.host == "192.0.2.15")
        #expect(throws: SIPParseError.self) { try message.vias() }
        #expect(try message.contacts().count == 1)
    }

    @Test func `3-1-2-2 a datagram shorter than its Content-Length has a defect`() throws {
        let message = try request("OPTIONS sip:a SIP/2.0", ["Content-Length: 9999"])
        #expect(kinds(message) == [.bodyShorterThanContentLength])
        #expect(message.contentLength == 9999)
    }

    @Test func `3-1-2-3 a negative Content-Length has a defect`() throws {
        let message = try request("OPTIONS sip:a SIP/2.0", ["Content-Length: -999"])
        #expect(kinds(message) == [.badValue(.badNumber)])
        #expect(message.contentLength == nil)
    }

    @Test func `3-1-2-4 scalars that are too large have defects`() throws {
        let message = try parse([
            "REGISTER sip:example.com SIP/2.0", "CSeq: 36893488147419103232 REGISTER", "Max-Forwards: 300",
            "Expires: 10000000000000000000000000000000000000000000000000000000",
            "Contact: <sip:user@host129.example.com>;expires=280297596632815", "Content-Length: 0",
        ])
        #expect(message.defects.contains { $0.header == .cseq && $0.kind == .badValue(.badNumber) })
        #expect(message.maxForwards == 300)
        #expect(message.expires == 4_294_967_295)
        #expect(try message.contacts().first?.expires == 4_294_967_295)
    }

    @Test func `3-1-2-6 an open quote has a defect`() throws {
        let message = try request("OPTIONS sip:a SIP/2.0", ["Contact: \"Joe <sip:x>"])
        #expect(throws: SIPParseError.self) { try message.contacts() }
        let other = try parse(["OPTIONS sip:a SIP/2.0", "To: \"Mr. J. User <sip:j.user@example.com>"])
        #expect(other.to == nil)
        #expect(other.defects.contains { $0.header == .to && $0.kind == .badValue(.unterminated) })
    }

    @Test func `3-1-2-7 a Request-URI in angle brackets is none`() throws {
        let message = try request("OPTIONS <sip:user@example.com> SIP/2.0")
        #expect(throws: SIPParseError.self) { try SIPURI.parse(message.requestURI ?? "") }
    }

    @Test(arguments: [
        "OPTIONS sip:user@example.com; lr SIP/2.0", "OPTIONS  sip:user@example.com  SIP/2.0",
        "OPTIONS sip:remote-target@example.com SIP/2.0  ",
    ])
    func `3-1-2-8 to 3-1-2-10 white space in the request line has a defect`(line: String) throws {
        #expect(kinds(try request(line)) == [.badRequestURI])
    }

    @Test func `3-1-2-11 headers in a Request-URI are seen`() throws {
        let uri = try SIPURI.parse("sip:user@example.com?Route=%3Csip:example.com%3E")
        #expect(uri.headers == "Route=%3Csip:example.com%3E")
    }

    @Test func `3-1-2-14 a name with text that is no URI gives no URI`() throws {
        let address = try NameAddress.parse("\"Watson, Thomas\" < t.watson@example.org >")
        #expect(address.uri == "t.watson@example.org")
        #expect(address.parsedURI == nil)
    }

    @Test func `3-1-2-16 another version has a defect`() throws {
        let message = try request("OPTIONS sip:t.watson@example.org SIP/7.0")
        #expect(kinds(message) == [.unsupportedVersion])
        #expect(message.version == "SIP/7.0")
    }

    @Test(arguments: ["INVITE", "NEWMETHOD"])
    func `3-1-2-17 and 3-1-2-18 a method that differs from CSeq has a defect`(method: String) throws {
        #expect(kinds(try request("\(method) sip:user@example.com SIP/2.0")) == [.cseqMethodMismatch])
    }

    @Test(arguments: ["4294967301", "99", "700", "20", "2x0", "-200", ""])
    func `3-1-2-19 a status code out of range is refused`(code: String) {
        #expect(throws: SIPParseError.self) { try parse(["SIP/2.0 \(code) better not break the receiver"]) }
    }

    @Test func `3-2-1 a branch of the cookie alone is kept`() throws {
        #expect(try Via.parse("SIP/2.0/UDP 192.0.2.1:8088;branch=z9hG4bK").branch == "z9hG4bK")
    }

    @Test func `3-3-1 missing headers have defects`() throws {
        let message = try parse([
            "INVITE sip:user@example.com SIP/2.0", "CSeq: 193942 INVITE", "Via: SIP/2.0/UDP 192.0.2.95",
        ])
        #expect(message.defects.map(\.header) == [.from, .to, .callID])
        #expect(message.defects.allSatisfy { $0.kind == .missingHeader })
    }

    @Test(arguments: ["nobodyKnowsThisScheme:totallyopaquecontent", "soap.beep://192.0.2.103:3002"])
    func `3-3-2 and 3-3-3 an unknown scheme is taken`(uri: String) throws {
        let message = try request("OPTIONS \(uri) SIP/2.0")
        #expect(message.defects == [])
        #expect(try SIPURI.parse(try #require(message.requestURI)).raw.string == uri)
    }

    @Test func `3-3-8 and 3-3-9 single headers that occur twice have defects`() throws {
        let message = try request(
            "OPTIONS sip:a SIP/2.0",
            ["CSeq: 2 OPTIONS", "Call-ID: two", "Content-Length: 1", "l: 5", "Max-Forwards: 7"])
        #expect(
            message.defects.filter { $0.kind == .duplicateHeader }.map(\.header)
                == [.cseq, .callID, .contentLength, .maxForwards])
        #expect(message.cseq?.number == 1)
        #expect(message.callID == "torture")
    }

    @Test func `3-4-1 a request of RFC 2543 is taken`() throws {
        let message = try parse([
            "INVITE sip:UserB@example.com SIP/2.0", "Via: SIP/2.0/UDP iftgw.example.com",
            "From: <sip:+13035551111@ift.client.example.net;user=phone>",
            "To: sip:+16505552222@ss1.example.net;user=phone",
            "Call-ID: inv2543.1717@ift.client.example.com", "CSeq: 56 INVITE",
        ])
        #expect(message.defects == [])
        #expect(message.topVia?.branch == nil && message.from?.tag == nil && message.maxForwards == nil)
    }

    @Test(arguments: [
        "", "\r\n\r\n", "INVITE", "INVITE\r\n\r\n", "INVITE sip:a\r\n\r\n", "INVITE sip:a SIP/2.0",
        "INVITE SIP/2.0\r\n\r\n",
        " INVITE sip:a SIP/2.0\r\n\r\n", "INV(ITE sip:a SIP/2.0\r\n\r\n", "SIP/2.0\r\n\r\n", "GET / FTP/1.1\r\n\r\n",
        "\u{0}\u{0}\u{0}\u{0}", ": x\r\n\r\n",
    ])
    func `what has no start line is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try SIPMessage.parse(Array(text.utf8)) }
    }

    @Test func `lines that are no headers have defects and stay in the message`() throws {
        let text = "OPTIONS sip:a SIP/2.0\r\nno colon\r\n: empty\r\nBad Name: x\r\nA\r\n: y\r\nFoo: z\r\n\r\n"
        let message = try SIPMessage.parse(Array(text.utf8))
        #expect(message.defects.filter { $0.kind == .badHeaderLine }.map(\.offset) == [23, 33, 42, 55, 58])
        #expect(message.headers.map { message.nameText(of: $0) } == ["Foo"])
        #expect(MessageEdits().apply(to: message) == Array(text.utf8))
    }

    @Test func `limits are kept`() throws {
        var limits = MessageLimits()
        limits.headerCountMax = 2
        limits.headerLengthMax = 30
        limits.uriLengthMax = 5
        limits.datagramLengthMax = 80
        func error(_ text: String, _ framing: MessageFraming = .datagram) -> SIPParseError? {
            do throws(SIPParseError) {
                _ = try SIPMessage.parse(Array(text.utf8), limits: limits, over: framing)
                return nil
            } catch {
                return error
            }
        }
        #expect(error("A sip:a SIP/2.0\r\nA: 1\r\nB: 2\r\n\r\n") == nil)
        #expect(error("A sip:a SIP/2.0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n")?.reason == .exceeds(limit: 2))
        #expect(
            error("A sip:a SIP/2.0\r\nA: 1234567890123\r\n 1234567890123456\r\n\r\n")?.reason == .exceeds(limit: 30))
        let long = "A sip:a SIP/2.0\r\nA: 1\r\n\r\n" + String(repeating: "x", count: 60)
        #expect(error(long)?.reason == .exceeds(limit: 80))
        #expect(error(long, .stream) == nil)
        let uri = try SIPMessage.parse(Array("A sip:ab SIP/2.0\r\n\r\n".utf8), limits: limits)
        #expect(uri.defects.contains { $0.kind == .uriTooLong })
    }
}
