import SIPMessage
import ScriptEngine
import Testing

@testable import MediaRelaysModule

@Suite struct BencodeValueTests {
    @Test(arguments: ["i0e", "i-42e", "0:", "4:spam", "le", "de", "l4:spami7ee", "d3:cow3:moo4:spaml1:a1:bee"])
    func `what is read is written as it was`(_ text: String) throws {
        var output: [UInt8] = []
        try BencodeValue(parsing: ByteString(text)).append(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    @Test(arguments: [
        "", "i", "ie", "i1", "i1x", "4:spa", "-1:x", "99999999999999999999:x", "l", "li1e", "d", "d1:a", "di1ei2ee",
        "4:spamx", "x", "9223372036854775807:x", "i99999999999999999999e",
    ])
    func `broken text is refused`(_ text: String) {
        #expect(throws: BencodeError.self) { try BencodeValue(parsing: ByteString(text)) }
    }

    @Test func `values do not nest without end`() {
        let text = String(repeating: "l", count: 10_000) + String(repeating: "e", count: 10_000)
        #expect(throws: BencodeError.self) { try BencodeValue(parsing: ByteString(text)) }
    }

    @Test func `members are found by name`() throws {
        let value = try BencodeValue(parsing: "d6:result2:ok5:countl1:3i4eee")
        #expect(value["result"]?.text == "ok")
        #expect(value["count"]?.elements.compactMap(\.number) == [3, 4])
        #expect(value["none"] == nil)
    }
}

@Suite struct EngineFlagsTests {
    private func text(_ flags: ByteString) throws -> String {
        var output: [UInt8] = []
        BencodeValue.dictionary(try EngineFlags(parsing: flags).members).append(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        arguments: [
            ("", "de"), ("  \t ", "de"), ("a  b", "d5:flagsl1:a1:bee"), ("=", "d5:flagsl1:=ee"),
            ("RTP/AVP", "d18:transport-protocol7:RTP/AVPe"), ("SRTP", "d18:transport-protocol8:RTP/SAVPe"),
            ("DTLS AVPF", "d18:transport-protocol17:UDP/TLS/RTP/SAVPFe"),
            ("AVPF RTP", "d18:transport-protocol8:RTP/AVPFe"),
            ("replace-origin", "d7:replacel6:originee"), ("ICE=force", "d3:ICE5:forcee"), ("TOS=184", "d3:TOSi184ee"),
            ("codec-strip-PCMA codec-strip-GSM", "d5:codecd5:stripl4:PCMA3:GSMeee"),
            ("direction=a direction=b", "d9:directionl1:a1:bee"), ("auto-bridge", "de"),
            ("metadata=a:b=c", "d8:metadata5:a:b=ce"),
        ] as [(ByteString, String)])
    func `flags become members`(_ flags: ByteString, _ expected: String) throws {
        #expect(try text(flags) == expected)
    }

    @Test func `words about the call are taken out`() throws {
        let flags = try EngineFlags(parsing: "call-id=x from-tag=y to-tag=z via-branch=auto directional force-answer")
        #expect(flags.members.isEmpty)
        #expect(flags.callID == "x" && flags.fromTag == "y" && flags.toTag == "z")
        #expect(flags.viaBranch == .automatic && flags.isDirectional && flags.forcesAnswer && flags.wantsToTag)
    }

    @Test(arguments: ["TOS=x", "via-branch=next", "received-from=1.2.3.4", "delete-delay="] as [ByteString])
    func `what makes no sense is refused`(_ flags: ByteString) {
        #expect(throws: ScriptError.self) { try EngineFlags(parsing: flags) }
    }
}

@Suite struct RelaySetsTests {
    @Test func `a setting names nodes with weights and a set`() throws {
        var sets = RelaySets()
        try sets.add("udp:127.0.0.1:2223=2 udp6:[::1]:2224", defaultSet: 3)
        try sets.add("9 == 127.0.0.1:2225", defaultSet: 3)
        #expect(sets.all.map(\.set) == [3, 3, 9])
        #expect(sets.all.map(\.member.weight) == [2, 1, 1])
        #expect(sets.all.map(\.member.node.place) == ["127.0.0.1:2223", "[::1]:2224", "127.0.0.1:2225"])
    }

    @Test(
        arguments: [
            "udp:127.0.0.1", "udp:127.0.0.1:0", "udp:127.0.0.1:99999", "udp::1", "unix:/x", "ws://x:1/",
            "x == udp:1.2.3.4:5",
            "udp:1.2.3.4:5=x", "udp:1.2.3.4:5=-1", "udp:a b:1",
        ] as [ByteString])
    func `what is no node is refused`(_ text: ByteString) {
        var sets = RelaySets()
        #expect(throws: ScriptError.self) { try sets.add(text, defaultSet: 0) }
    }

    @Test func `weights share out the calls`() throws {
        var sets = RelaySets()
        try sets.add("udp:127.0.0.1:1=3 udp:127.0.0.1:2=1 udp:127.0.0.1:3=0", defaultSet: 0)
        let first = (0..<400).compactMap { sets.order(of: 0, hash: $0) { _ in true }.first?.place }
        #expect(first.count { $0 == "127.0.0.1:1" } == 300)
        #expect(first.count { $0 == "127.0.0.1:2" } == 100)
        #expect(sets.order(of: 0, hash: 5) { _ in true }.count == 2)
        #expect(sets.order(of: 1, hash: 5) { _ in true }.isEmpty)
    }

    @Test func `a call keeps its relay until it ends`() throws {
        let node = try RelayNode("udp:127.0.0.1:1")
        let calls = RelayCalls(lifeSeconds: 10)
        calls.note("call", node, offerSequence: 7, at: 100)
        #expect(calls.entry("call", at: 109)?.node === node)
        #expect(calls.entry("call", at: 110) == nil)
        #expect(calls.count(at: 100) == 1)
        calls.remove("call")
        #expect(calls.count(at: 100) == 0)
    }
}

@Suite struct CallQualityTests {
    private static let answer: ByteString =
        "d4:SSRCd1:1d11:average MOSd3:MOSi43e7:samplesi2ee10:lowest MOSd3:MOSi39e11:reported ati65eee1:2d11:average MOSd3:MOSi41e7:samplesi3eeee4:tagsd1:td5:label1:A6:mediasld7:streamsld4:SSRCi2eeeeeeee"

    @Test func `the whole call`() throws {
        let quality = try #require(CallQuality(BencodeValue(parsing: Self.answer), label: nil))
        #expect(quality.average?.score == 42)
        #expect(quality.average?.samples == 5)
        #expect(quality.lowest?.second == 65)
    }

    @Test func `one side`() throws {
        let quality = try #require(CallQuality(BencodeValue(parsing: Self.answer), label: "A"))
        #expect(quality.average?.score == 41)
        #expect(quality.lowest == nil)
        #expect(try CallQuality(BencodeValue(parsing: Self.answer), label: "B") == nil)
    }
}
