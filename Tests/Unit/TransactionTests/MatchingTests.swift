import SIPMessage
import Testing
import Transaction

@Suite struct KeyedHashTests {
    /// The vectors of the reference implementation: key 00..0f, input 00, 00 01, ...
    @Test(arguments: [
        (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
        (8, "3b62a9ba6258f5610f83e264f31497b4"), (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
    ])
    func `it is SipHash-2-4-128`(length: Int, expected: String) {
        var hash = KeyedHash(key: KeyedHash.Key(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
        for byte in 0..<length { hash.combine(UInt8(byte)) }
        let value = hash.finish()
        #expect(littleEndian(value.high) + littleEndian(value.low) == expected)
    }

    @Test(arguments: 0...20)
    func `it does not matter in what pieces bytes are taken in`(offset: Int) {
        let bytes: [UInt8] = (0..<40).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var whole = KeyedHash(key: KeyedHash.Key(1, 2))
        for byte in bytes { whole.combine(byte) }
        whole.combine(number: 0x0102_0304_0506_0708)
        var pieces = KeyedHash(key: KeyedHash.Key(1, 2))
        let (first, second) = (bytes[..<offset], bytes[offset...])
        pieces.combine(first.span)
        pieces.combine(second.span)
        for byte in (1...8).reversed() { pieces.combine(UInt8(byte)) }
        #expect(whole.finish() == pieces.finish())
    }

    private func littleEndian(_ value: UInt64) -> String {
        (0..<8).map { index in
            let byte = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}

@Suite struct BranchParameterTests {
    private let identifier = HashValue(high: 0x0f1e_2d3c_4b5a_6978, low: 0x0796_a5b4_c3d2_e1f0)

    private func text(_ parameter: BranchParameter) -> String {
        var bytes: [UInt8] = []
        parameter.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `it has the shape of Kamailio's`() {
        let parameter = BranchParameter(slot: 42, identifier: identifier, branch: 0)
        #expect(text(parameter) == "z9hG4bK2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0.0")
    }

    @Test(arguments: [(UInt32(0), 0), (1, 11), (.max, 255)])
    func `parsing undoes printing`(slot: UInt32, branch: Int) {
        let parameter = BranchParameter(slot: slot, identifier: identifier, branch: branch)
        #expect(BranchParameter(parsing: ByteString(text(parameter))) == parameter)
    }

    @Test(arguments: [
        "", "z9hG4bK", "z9hG4bK.", "z9hG4bK2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0", "z9hG4bK2a.0f1e2d3c4b5a6978.0",
        "z9hG4bK2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0.", "z9hG4bK2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0.100",
        "z9hG4bK1ffffffff.0f1e2d3c4b5a69780796a5b4c3d2e1f0.0", "z9hG4bK2a.0f1e2d3c4b5a6978g796a5b4c3d2e1f0.0",
        "z9hG4bKcydzigwkX", "2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0.0", "z9hG4bK.0f1e2d3c4b5a69780796a5b4c3d2e1f0.0",
        "z9hG4bK2a.0f1e2d3c4b5a69780796a5b4c3d2e1f0.11111111111111111",
    ])
    func `foreign values are refused`(text: String) {
        #expect(BranchParameter(parsing: ByteString(text)) == nil)
    }
}

@Suite struct TransactionHasherTests {
    private let hasher = TransactionHasher(key: KeyedHash.Key(1, 2))

    private func key(_ branch: ByteString, _ host: ByteString, _ port: UInt16?, _ method: Method) -> HashValue {
        hasher.key(branch: branch, host: host, port: port, method: method)
    }

    @Test func `requests differ by branch, sent-by and method, hosts ignore case`() {
        let base = key("z9hG4bK1", "host", 5060, .invite)
        #expect(base == key("z9hG4bK1", "HOST", 5060, .invite))
        #expect(base != key("z9hG4bK2", "host", 5060, .invite))
        #expect(base != key("z9hG4bK1", "host", 5061, .invite))
        #expect(base != key("z9hG4bK1", "host", nil, .invite))
        #expect(base != key("z9hG4bK1", "host", 5060, .bye))
        #expect(base != key("z9hG4bK1", "host", 5060, .other("INVITES")))
        #expect(base != key("z9hG4bK1h", "ost", 5060, .invite))
    }

    @Test func `a stateless tag is the same for a retransmission and for the ACK`() {
        func tag(_ branch: ByteString) -> ToTag {
            hasher.statelessTag(branch: branch, callID: "call", fromTag: "from", sequenceNumber: 1)
        }
        var text: [UInt8] = []
        tag("z9hG4bK1").append(to: &text)
        #expect(text.count == ToTag.length)
        #expect(tag("z9hG4bK1").matches(ByteString(text)))
        #expect(!tag("z9hG4bK2").matches(ByteString(text)))
        #expect(!tag("z9hG4bK1").matches("short"))
    }
}

@Suite struct TransactionTableTests {
    private func value(_ number: UInt64) -> HashValue { HashValue(high: number, low: number) }

    @Test func `a transaction is found by key and by place, and no longer after its end`() throws {
        var table = TransactionTable()
        let inserted = table.insert(key: value(1), identifier: value(11))
        let again = table.insert(key: value(1), identifier: value(12))
        let place = try #require(inserted)
        #expect(again == nil)
        #expect(table.place(forKey: value(1)) == place)
        #expect(table.contains(place, identifier: value(11)))
        #expect(!table.contains(place, identifier: value(12)))
        #expect(!table.contains(99, identifier: value(11)))
        table.remove(at: place)
        table.remove(at: place)
        table.remove(at: 99)
        #expect(table.count == 0)
        #expect(table.place(forKey: value(1)) == nil)
        #expect(!table.contains(place, identifier: value(11)))
        let second = table.insert(key: value(2), identifier: value(21))
        #expect(second == place)
    }

    @Test func `a full table refuses`() {
        var table = TransactionTable(capacity: 1)
        let places = [UInt64(1), 2].map { table.insert(key: value($0), identifier: value($0)) }
        #expect(places == [0, nil])
    }

    @Test func `several transactions share a dialog key`() throws {
        var table = TransactionTable()
        var places: [UInt32] = []
        for number in UInt64(1)...3 {
            let inserted = table.insert(key: value(number), identifier: value(number))
            let place = try #require(inserted)
            table.addDialogKey(value(100), at: place)
            table.addDialogKey(value(100), at: place)
            places.append(place)
        }
        for place in places { #expect(table.place(forDialogKey: value(100)) { $0 == place } == place) }
        table.remove(at: places[1])
        #expect(table.place(forDialogKey: value(100)) { $0 == places[1] } == nil)
        #expect(table.place(forDialogKey: value(100)) { $0 == places[0] } == places[0])
        table.remove(at: places[2])
        #expect(table.place(forDialogKey: value(100)) { _ in true } == places[0])
        #expect(table.hasDialogKeys)
        table.remove(at: places[0])
        #expect(!table.hasDialogKeys)
    }
}
