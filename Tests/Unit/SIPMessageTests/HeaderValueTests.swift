import SIPMessage
import Testing

@Suite struct ViaTests {
    @Test func `all parts of a Via are found`() throws {
        let text: ByteString =
            "SIP/2.0/UDP [2001:db8::9:1]:5070;received=192.0.2.1;Branch=z9hG4bKabc;rport=4000;ttl=16;x"
        let via = try Via.parse(text)
        #expect(via.protocolVersion == "SIP/2.0")
        #expect(via.transport == "UDP")
        #expect(via.host == "[2001:db8::9:1]")
        #expect(via.port == 5070)
        #expect(via.branch == "z9hG4bKabc")
        #expect(via.hasMagicCookie)
        #expect(via.received == "192.0.2.1")
        #expect(via.rport == .value("4000"))
        #expect(via.parameter(named: "ttl") == .value("16"))
        #expect(via.parameter(named: "x") == .flag)
        let received = try #require(via.receivedRange)
        #expect(text[received] == ";received=192.0.2.1")
        let rport = try #require(via.rportRange)
        #expect(text[rport] == ";rport=4000")
        let branch = try #require(via.branchRange)
        #expect(text[branch] == "z9hG4bKabc")
    }

    @Test func `white space is allowed around separators`() throws {
        let via = try Via.parse("SIP  /   2.0\r\n /UDP\r\n    192.0.2.2 : 5080 ; rport ; branch=\r\n 390skdjuw")
        #expect(via.transport == "UDP")
        #expect(via.host == "192.0.2.2")
        #expect(via.port == 5080)
        #expect(via.branch == "390skdjuw")
        #expect(!via.hasMagicCookie)
        #expect(via.rport == .flag)
    }

    @Test(arguments: [
        "", "SIP", "SIP/2.0", "SIP/2.0/", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0/UDP :5060", "SIP/2.0/UDP h:",
        "SIP/2.0/UDP h:65536", "SIP/2.0/UDP [::1", "SIP/2.0/UDP h x", "SIP/2.0/UDP h:1x", "/2.0/UDP h",
    ])
    func `what is no Via is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try Via.parse(ByteString(text)) }
    }
}

@Suite struct NameAddressTests {
    @Test(arguments: [
        (#""A. G. Bell" <sip:agb@bell.example>;tag=a48s"#, #""A. G. Bell""#, "sip:agb@bell.example", "a48s"),
        ("sip:+12125551212@server.example;tag=887s", "", "sip:+12125551212@server.example", "887s"),
        (
            "Anonymous <sip:c8oqz84zk7z@privacy.example>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.example",
            "hyh8"
        ),
        ("<sip:a@b;tag=no>;x;TAG=yes", "", "sip:a@b;tag=no", "yes"),
        (#""quote \" <sip:x>" < sip:y > ; tag = z"#, #""quote \" <sip:x>""#, "sip:y", "z"),
        ("caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", "323"),
    ])
    func `display name, URI and tag are found`(text: String, display: String, uri: String, tag: String) throws {
        let address = try NameAddress.parse(ByteString(text))
        #expect(address.displayName.string == display)
        #expect(address.uri.string == uri)
        #expect(address.tag?.string == tag)
        #expect(address.text[address.uriRange].string == uri)
    }

    @Test func `a wildcard is known`() throws {
        #expect(try NameAddress.parse("*").isWildcard)
        #expect(try !NameAddress.parse("<*>").isWildcard)
    }

    @Test(arguments: [
        ("0", 0), ("1", 1000), ("0.5", 500), ("0.123", 123), ("1.0", 1000), (".7", 700), ("0.", 0), ("1.000", 1000),
    ])
    func `a preference is read`(text: String, value: Int) throws {
        #expect(try NameAddress.parse(ByteString("<sip:a@b>;q=" + text)).q == value)
    }

    @Test(arguments: ["", ".", "2", "1.1", "0.1234", "-1", "0,5", "0.x", "00"])
    func `another preference is none`(text: String) throws {
        #expect(try NameAddress.parse(ByteString("<sip:a@b>;q=" + text)).q == nil)
    }

    @Test func `an expiry larger than the protocol's largest is cut`() throws {
        #expect(try NameAddress.parse("<sip:a@b>;expires=3600").expires == 3600)
        #expect(try NameAddress.parse("<sip:a@b>;expires=999999999999999999999999").expires == 4_294_967_295)
        #expect(try NameAddress.parse("<sip:a@b>;expires=x").expires == nil)
        #expect(try NameAddress.parse("<sip:a@b>").expires == nil)
    }

    @Test(arguments: ["", "<", "<sip:a", "<>", #""a <sip:b>"#, "<sip:a>x", ";tag=1", "\"\\"])
    func `what is no address is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try NameAddress.parse(ByteString(text)) }
    }
}

@Suite struct CSeqTests {
    @Test func `number and method are read`() throws {
        #expect(try CSeq.parse("0009\r\n  INVITE") == CSeq(number: 9, method: .invite))
        #expect(try CSeq.parse("2147483647 FOO") == CSeq(number: 0x7FFF_FFFF, method: .other("FOO")))
    }

    @Test(arguments: ["", "1", "INVITE", "1INVITE", "4294967296 INVITE", "1 INVITE x", "-1 ACK", "1 (x)"])
    func `what is no CSeq is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try CSeq.parse(ByteString(text)) }
    }
}

@Suite struct HeaderValuesTests {
    @Test(arguments: [
        ("a, b ,c", ["a", "b", "c"]), ("", []), (",, ,", []), ("a", ["a"]),
        (#""x, y" <sip:a,b@c>;q=1, <sip:d>"#, [#""x, y" <sip:a,b@c>;q=1"#, "<sip:d>"]),
        (#""\", x" <sip:a>,b"#, [#""\", x" <sip:a>"#, "b"]),
        (#""open, <sip:a>"#, [#""open, <sip:a>"#]), (#"<sip:"a>,b"#, [#"<sip:"a>"#, "b"]),
    ])
    func `values are cut at commas outside quotes and brackets`(text: String, values: [String]) {
        #expect(HeaderValues(ByteString(text)).map(\.string) == values)
    }
}

@Suite struct ParameterListTests {
    @Test func `names and values are found`() {
        let list = ParameterList(#"; a ; b = 1;;c="x;y=\"z";d="#)
        #expect(list.map(\.name) == ["a", "b", "c", "d"])
        #expect(list.map(\.value) == [nil, "1", ByteString(#""x;y=\"z""#), ""])
        #expect(list.value(named: "C").text?.unquoted() == ByteString(#"x;y="z"#))
        #expect(list.value(named: "d") == .value(""))
        #expect(list.value(named: "e") == .absent)
    }
}

@Suite struct CredentialsTests {
    @Test func `digest parameters come without quotes`() throws {
        let text: ByteString = #"""
            Digest username="bob \"b\"", realm="biloxi.com",nonce="dcd98b", uri="sip:a,b@biloxi.com",
             qop=auth, nc=00000001, cnonce="0a4f", response="6629", opaque="", algorithm=MD5
            """#
        let credentials = try Credentials.parse(text)
        #expect(credentials.isDigest)
        #expect(credentials.username == ByteString(#"bob "b""#))
        #expect(credentials.realm == "biloxi.com")
        #expect(credentials.nonce == "dcd98b")
        #expect(credentials.uri == "sip:a,b@biloxi.com")
        #expect(credentials.qop == "auth")
        #expect(credentials.nc == "00000001")
        #expect(credentials.cnonce == "0a4f")
        #expect(credentials.response == "6629")
        #expect(credentials.opaque == "")
        #expect(credentials.algorithm == "MD5")
        #expect(credentials["auts"] == nil)
        let range = try #require(credentials.range(of: "NC"))
        #expect(text[range] == "nc=00000001")
    }

    @Test func `the first parameter of a name counts, also without a value`() throws {
        let credentials = try Credentials.parse(#"Digest Realm=a, realm="b", nonce, nonce=c, uri=, xuri=d, NC = 2"#)
        #expect(credentials.realm == "a")
        #expect(credentials.nonce == nil)
        #expect(credentials.uri == "")
        #expect(credentials.nc == "2")
        #expect(credentials.username == nil)
        for name in ["realm", "nonce", "uri", "nc", "username", "qop"] {
            let byName = credentials[name]
            let known = [
                "realm": credentials.realm, "nonce": credentials.nonce, "uri": credentials.uri, "nc": credentials.nc,
            ]
            #expect(byName == known[name] ?? nil)
        }
    }

    @Test func `a challenge offers protections`() throws {
        let challenge = try Challenge.parse(#"Digest realm="a", nonce="b", qop="auth,auth-int", stale=TRUE"#)
        #expect(challenge.qopOptions == ["auth", "auth-int"])
        #expect(challenge.isStale)
        #expect(challenge.realm == "a")
    }

    @Test(arguments: ["", "Digest", "=", "\"Digest\" a=b"])
    func `what has no scheme is refused`(text: String) {
        #expect(throws: SIPParseError.self) { try Credentials.parse(ByteString(text)) }
    }
}
