import SIPMessage
import Testing

@testable import LocationModule

@Suite struct ContactTableTests {
    private let table = ContactTable(name: "location")

    private func add(_ contact: Contact, to aor: ByteString) {
        table.update(aor) { $0.insertByPreference(contact) }
    }

    @Test func `contacts are found by their address of record`() {
        add(ContactFixture.contact("sip:a@h"), to: "alice")
        #expect(table.contacts(of: "alice").map(\.uri) == ["sip:a@h"])
        #expect(table.contacts(of: "bob").isEmpty)
    }

    @Test func `users and contacts are counted`() {
        add(ContactFixture.contact("sip:a@1"), to: "alice")
        add(ContactFixture.contact("sip:a@2"), to: "alice")
        add(ContactFixture.contact("sip:b@1"), to: "bob")
        #expect(table.users == 2)
        #expect(table.contacts == 3)
        table.update("alice") { $0 = [] }
        #expect(table.users == 1)
        #expect(table.contacts == 1)
    }

    @Test func `an update that throws leaves the contacts as they were`() {
        struct Problem: Error {}
        add(ContactFixture.contact("sip:a@1"), to: "alice")
        #expect(throws: Problem.self) { try table.update("alice") { _ in throw Problem() } }
        #expect(table.contacts(of: "alice").count == 1)
        #expect(table.contacts == 1)
    }

    @Test func `an update of nobody leaves no trace`() {
        table.update("nobody") { _ in }
        #expect(table.users == 0)
        #expect((0..<ContactTable.shardCount).allSatisfy { table.shard($0).isEmpty })
    }

    @Test func `the sweep takes out what has ended, and only that`() {
        add(ContactFixture.contact("sip:a@1", expires: 1000), to: "alice")
        add(ContactFixture.contact("sip:a@2", expires: 1001), to: "alice")
        add(ContactFixture.contact("sip:b@1", expires: 0), to: "bob")
        let ended = (0..<ContactTable.shardCount).flatMap { table.removeExpired(inShard: $0, at: 1000) }
        #expect(ended.map(\.contact.uri) == ["sip:a@1"])
        #expect(ended.map(\.aor) == ["alice"])
        #expect(table.contacts(of: "alice").map(\.uri) == ["sip:a@2"])
        #expect(table.contacts(of: "bob").count == 1)
        #expect(table.contacts == 2)
        #expect(table.expired == 1)
    }

    private var unsaved: [(aor: ByteString, contact: Contact)] {
        (0..<ContactTable.shardCount).flatMap { table.unsaved(inShard: $0) }
    }

    @Test func `what the database lacks is unsaved until it is marked`() {
        add(ContactFixture.contact("sip:a@1", ruid: "1"), to: "alice")
        var saved = ContactFixture.contact("sip:a@2", ruid: "2")
        saved.state = .synchronized
        add(saved, to: "alice")
        var hidden = ContactFixture.contact("sip:a@3", ruid: "3")
        hidden.isMemoryOnly = true
        add(hidden, to: "alice")
        #expect(unsaved.map(\.contact.ruid) == ["1"])
        table.markSaved(unsaved)
        #expect(unsaved.isEmpty)
    }

    @Test func `a contact that changed while it was written stays unsaved, but is no longer new`() {
        add(ContactFixture.contact("sip:a@1", ruid: "1", cseq: 1), to: "alice")
        let written = unsaved
        table.update("alice") { $0[0].cseq = 2 }
        table.markSaved(written)
        #expect(unsaved.map(\.contact.state) == [.dirty])
    }

    @Test func `marking a contact that is gone does nothing`() {
        table.markSaved([("alice", ContactFixture.contact("sip:a@1"))])
        #expect(table.contacts == 0)
    }
}
