import SIPMessage
import Testing

@Suite struct MethodTests {
    @Test(arguments: [
        (Method.invite, "INVITE", 1 as UInt32), (.cancel, "CANCEL", 2), (.ack, "ACK", 4), (.bye, "BYE", 8),
        (.info, "INFO", 16), (.register, "REGISTER", 32), (.subscribe, "SUBSCRIBE", 64), (.notify, "NOTIFY", 128),
        (.message, "MESSAGE", 256), (.options, "OPTIONS", 512), (.prack, "PRACK", 1024), (.update, "UPDATE", 2048),
        (.refer, "REFER", 4096), (.publish, "PUBLISH", 8192), (.other("FOO"), "FOO", 32768),
    ])
    func `a method has its name and its bit`(method: Method, name: String, bit: UInt32) {
        #expect(Method(ByteString(name)) == method)
        #expect(method.bytes.string == name)
        #expect(method.bit == bit)
    }

    @Test(arguments: ["invite", "Invite", "INVITEX", "INVIT", "", "I"])
    func `a name in another case is another method`(name: String) {
        #expect(Method(ByteString(name)) == .other(ByteString(name)))
    }
}

@Suite struct HeaderNameTests {
    @Test(arguments: HeaderName.allCases.filter { $0 != .other })
    func `a header is known by its name in any case`(name: HeaderName) {
        #expect(HeaderName(name.bytes) == name)
        #expect(HeaderName(name.bytes.lowercased()) == name)
        #expect(HeaderName(name.bytes.uppercased()) == name)
        #expect(HeaderName(name.bytes + "x") == .other)
        #expect(HeaderName("x" + name.bytes) == .other)
        #expect(name.text == name.bytes.string)
    }

    @Test(
        arguments: zip(
            "vftimlcsekxroudyabjn",
            [
                HeaderName.via, .from, .to, .callID, .contact, .contentLength, .contentType, .subject, .contentEncoding,
                .supported, .sessionExpires, .referTo, .event, .allowEvents, .requestDisposition, .identity,
                .acceptContact, .referredBy, .rejectContact, .identityInfo,
            ]))
    func `a header is known by its letter`(letter: Character, name: HeaderName) {
        #expect(HeaderName(ByteString(String(letter))) == name)
        #expect(HeaderName(ByteString(letter.uppercased())) == name)
        #expect(name.compactForm == letter.asciiValue)
    }

    @Test(arguments: ["", "q", "1", "-", "!", "Call ID", "Call\rID", "Content-Lengt", "X-Foo", "@rom"])
    func `another name is other`(name: String) {
        #expect(HeaderName(ByteString(name)) == .other)
    }

    @Test func `a name longer than all known ones is other`() {
        #expect(HeaderName(ByteString(Array(repeating: UInt8(0x61), count: 1000))) == .other)
    }
}
