import Database
import SIPMessage
import Testing

@testable import LocationModule

@Suite struct ContactTests {
    private let aor = AddressOfRecord(username: "alice", domain: "pbx.test")

    private var complete: Contact {
        var contact = Contact(
            Contact.Texts(
                uri: "sip:alice@192.0.2.1:5062;transport=tcp", ruid: "uloc-1", callID: "c@h",
                received: "sip:203.0.113.1:9",
                path: "<sip:edge.test;lr>", userAgent: "phone/1", instance: "<urn:uuid:1>",
                socket: "udp:192.0.2.9:5060"))
        contact.expires = 1_800_000_000
        contact.lastModified = 1_700_000_000
        contact.cseq = 7
        contact.flags = 3
        contact.branchFlags = 0x8000_0000
        contact.methods = 0x3FFF
        contact.registrationID = 2
        contact.q = 750
        return contact
    }

    private func isSame(_ left: Contact, _ right: Contact) -> Bool {
        left.record(of: aor, serverID: 1) == right.record(of: aor, serverID: 1)
    }

    @Test func `the texts of a contact come back as they went in`() {
        let texts = complete.texts
        #expect(texts.uri == "sip:alice@192.0.2.1:5062;transport=tcp")
        #expect(texts.ruid == "uloc-1")
        #expect(texts.callID == "c@h")
        #expect(texts.received == "sip:203.0.113.1:9")
        #expect(texts.path == "<sip:edge.test;lr>")
        #expect(texts.userAgent == "phone/1")
        #expect(texts.instance == "<urn:uuid:1>")
        #expect(texts.socket == "udp:192.0.2.9:5060")
    }

    @Test func `texts beyond 64 kB are cut and cannot mix`() {
        let long = ByteString([UInt8](repeating: 0x61, count: 70_000))
        let contact = Contact(Contact.Texts(uri: long, ruid: "r"))
        #expect(contact.uri.count == Int(UInt16.max))
        #expect(contact.ruid.isEmpty)
    }

    @Test func `a contact survives the way through a row`() {
        let copy = Contact(complete.record(of: aor, serverID: 1))
        #expect(isSame(copy, complete))
        #expect(copy.state == .synchronized)
        #expect(copy.q == 750)
        #expect(copy.branchFlags == 0x8000_0000)
    }

    @Test func `a contact with nothing optional survives the way through a row`() {
        let plain = ContactFixture.contact("sip:a@h")
        let record = plain.record(of: aor, serverID: 1)
        #expect(record.received == nil)
        #expect(record.methods == nil)
        #expect(record.q == -1)
        #expect(record.connectionID == -1)
        #expect(isSame(Contact(record), plain))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, 1.5, -0.5])
    func `a row with an impossible q has none`(q: Double) {
        var record = complete.record(of: aor, serverID: 1)
        record.q = q
        #expect(Contact(record).q == -1)
    }

    @Test(arguments: [nil, -1, Int64.min] as [Int64?])
    func `a row without a readable end has ended`(expires: Int64?) {
        var record = complete.record(of: aor, serverID: 1)
        record.expires = expires
        #expect(!Contact(record).isActive(at: 1000))
    }

    @Test func `a row with end 0 never ends`() {
        var record = complete.record(of: aor, serverID: 1)
        record.expires = 0
        #expect(Contact(record).isActive(at: .max))
    }

    @Test func `numbers of a row that do not fit are cut`() {
        var record = complete.record(of: aor, serverID: 1)
        record.cseq = .max
        record.regID = -5
        record.lastModified = .min
        let contact = Contact(record)
        #expect(contact.cseq == .max)
        #expect(contact.registrationID == 0)
        #expect(contact.lastModified == 0)
    }
}
