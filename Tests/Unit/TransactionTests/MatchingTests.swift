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

    private func key(_ branch: ByteString, _ sentBy: ByteString, _ method: ByteString) -> HashValue {
        hasher.key(branch: branch, sentBy: sentBy, method: method)
    }

    @Test func `requests differ by branch, sent-by and method, hosts ignore case`() {
        let base = key("z9hG4bK1", "host:5060", "INVITE")
        #expect(base == key("z9hG4bK1", "HOST:5060", "INVITE"))
        #expect(base != key("z9hG4bK2", "host:5060", "INVITE"))
        #expect(base != key("z9hG4bK1", "host:5061", "INVITE"))
        #expect(base != key("z9hG4bK1", "host:5060", "BYE"))
        #expect(base != key("z9hG4bK1h", "ost:5060", "INVITE"))
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
        var table = TransactionTable<String>()
        let inserted = table.insert("one", key: value(1), identifier: value(11))
        let again = table.insert("again", key: value(1), identifier: value(12))
        let slot = try #require(inserted)
        #expect(again == nil)
        #expect(table.element(forKey: value(1)) == "one")
        #expect(table.element(at: slot, identifier: value(11)) == "one")
        #expect(table.element(at: slot, identifier: value(12)) == nil)
        #expect(table.element(at: 99, identifier: value(11)) == nil)
        table.remove(at: slot)
        table.remove(at: slot)
        #expect(table.count == 0)
        #expect(table.element(forKey: value(1)) == nil)
        #expect(table.element(at: slot, identifier: value(11)) == nil)
        let second = table.insert("two", key: value(2), identifier: value(21))
        #expect(second == slot)
    }

    @Test func `a full table refuses`() {
        var table = TransactionTable<Int>(capacity: 1)
        let slots = [1, 2].map { table.insert($0, key: value(UInt64($0)), identifier: value(UInt64($0))) }
        #expect(slots == [0, nil])
    }

    @Test func `several transactions share a dialog key`() throws {
        var table = TransactionTable<Int>()
        var slots: [UInt32] = []
        for number in 1...3 {
            let inserted = table.insert(number, key: value(UInt64(number)), identifier: value(UInt64(number)))
            let slot = try #require(inserted)
            table.addDialogKey(value(100), at: slot)
            table.addDialogKey(value(100), at: slot)
            slots.append(slot)
        }
        for number in 1...3 { #expect(table.element(forDialogKey: value(100)) { $0 == number } == number) }
        table.remove(at: slots[1])
        #expect(table.element(forDialogKey: value(100)) { $0 == 2 } == nil)
        #expect(table.element(forDialogKey: value(100)) { $0 == 1 } == 1)
        table.remove(at: slots[2])
        #expect(table.element(forDialogKey: value(100)) { _ in true } == 1)
        table.remove(at: slots[0])
        #expect(table.element(forDialogKey: value(100)) { _ in true } == nil)
    }
}
