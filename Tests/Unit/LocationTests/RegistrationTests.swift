import SIPMessage
import Testing

@testable import LocationModule

@Suite struct RegistrationTests {
    private let now: UInt32 = 1000
    private let names = CountingNames()

    private func apply(_ registration: Registration, to list: inout [Contact]) throws -> RegistrationChanges {
        try registration.apply(to: &list, at: now, makeRuid: names.next)
    }

    @Test func `a new contact is inserted with a name of its own`() throws {
        var list: [Contact] = []
        let changes = try apply(ContactFixture.registration([ContactFixture.contact("sip:a@h")]), to: &list)
        #expect(changes.code == 1)
        #expect(list.map(\.uri) == ["sip:a@h"])
        #expect(list.first?.ruid == "n1")
        #expect(list.first?.state == .new)
    }

    @Test func `a contact with the same URI is refreshed and keeps its name`() throws {
        var list = [ContactFixture.contact("sip:a@h", ruid: "old", cseq: 1)]
        list[0].state = .synchronized
        let new = ContactFixture.contact("sip:a@h", expires: 5000)
        let changes = try apply(ContactFixture.registration([new], cseq: 2), to: &list)
        #expect(changes.code == 2)
        #expect(list.count == 1)
        #expect(list[0].ruid == "old")
        #expect(list[0].expires == 5000)
        #expect(list[0].state == .dirty)
    }

    @Test func `a contact that the database never had stays new when it is refreshed`() throws {
        var list = [ContactFixture.contact("sip:a@h")]
        _ = try apply(ContactFixture.registration([ContactFixture.contact("sip:a@h")], cseq: 2), to: &list)
        #expect(list[0].state == .new)
    }

    @Test func `a lower CSeq of the same Call-ID changes nothing`() throws {
        var list = [ContactFixture.contact("sip:a@h", cseq: 5), ContactFixture.contact("sip:b@h", cseq: 1)]
        let registration = ContactFixture.registration(
            [ContactFixture.contact("sip:b@h", expires: 9000), ContactFixture.contact("sip:a@h")], cseq: 4)
        #expect(throws: RegistrationProblem.lowerCSeq) { try apply(registration, to: &list) }
        #expect(list.map(\.expires) == [2000, 2000])
    }

    @Test func `a lower CSeq of another Call-ID refreshes`() throws {
        var list = [ContactFixture.contact("sip:a@h", callID: "before", cseq: 5)]
        let changes = try apply(ContactFixture.registration([ContactFixture.contact("sip:a@h")], cseq: 1), to: &list)
        #expect(changes.code == 2)
        #expect(list[0].callID == "call")
    }

    @Test func `the same CSeq once more changes nothing and is no error`() throws {
        var list = [ContactFixture.contact("sip:a@h", cseq: 3, expires: 2000)]
        let again = ContactFixture.contact("sip:a@h", expires: 3000)
        let changes = try apply(ContactFixture.registration([again], cseq: 3), to: &list)
        #expect(changes.code == 2)
        #expect(changes.stored.isEmpty)
        #expect(list[0].expires == 2000)
    }

    @Test func `a contact is removed`() throws {
        var list = [ContactFixture.contact("sip:a@h"), ContactFixture.contact("sip:b@h", ruid: "b")]
        let changes = try apply(
            ContactFixture.registration(removing: [ContactFixture.contact("sip:a@h")], cseq: 2), to: &list)
        #expect(changes.code == 3)
        #expect(changes.removed.map(\.uri) == ["sip:a@h"])
        #expect(list.map(\.uri) == ["sip:b@h"])
    }

    @Test func `the star removes all contacts`() throws {
        var list = [ContactFixture.contact("sip:a@h"), ContactFixture.contact("sip:b@h")]
        var registration = ContactFixture.registration(cseq: 2)
        registration.removesAll = true
        let changes = try apply(registration, to: &list)
        #expect(changes.code == 3)
        #expect(list.isEmpty)
        #expect(changes.removed.count == 2)
    }

    @Test func `a request without contacts only asks`() throws {
        var list = [ContactFixture.contact("sip:a@h")]
        let changes = try apply(ContactFixture.registration(), to: &list)
        #expect(changes.code == 4)
        #expect(changes.after.count == 1)
    }

    // MARK: - The limit

    @Test func `more contacts than the limit are refused, all or nothing`() throws {
        var list = [ContactFixture.contact("sip:a@h", callID: "x")]
        let registration = ContactFixture.registration(
            [ContactFixture.contact("sip:a@h", expires: 7000), ContactFixture.contact("sip:b@h")], contactsMax: 1)
        #expect(throws: RegistrationProblem.tooManyContacts) { try apply(registration, to: &list) }
        #expect(list.map(\.expires) == [2000])
    }

    @Test func `a refresh above a limit that was lowered is accepted`() throws {
        var list = [ContactFixture.contact("sip:a@h"), ContactFixture.contact("sip:b@h")]
        let registration = ContactFixture.registration([ContactFixture.contact("sip:a@h")], cseq: 2, contactsMax: 1)
        #expect(try apply(registration, to: &list).code == 2)
    }

    @Test func `contacts that have ended do not raise the limit`() throws {
        var list = [
            ContactFixture.contact("sip:a@h", expires: 999), ContactFixture.contact("sip:b@h", expires: 999),
            ContactFixture.contact("sip:c@h"),
        ]
        let registration = ContactFixture.registration([ContactFixture.contact("sip:d@h")], contactsMax: 1)
        #expect(throws: RegistrationProblem.tooManyContacts) { try apply(registration, to: &list) }
    }

    @Test func `contacts that have ended make room and are reported as removed`() throws {
        var list = [ContactFixture.contact("sip:a@h", expires: 1000)]
        let registration = ContactFixture.registration([ContactFixture.contact("sip:b@h")], contactsMax: 1)
        let changes = try apply(registration, to: &list)
        #expect(list.map(\.uri) == ["sip:b@h"])
        #expect(changes.removed.map(\.uri) == ["sip:a@h"])
    }

    @Test func `a new contact replaces all others when only one is kept`() throws {
        var list = [ContactFixture.contact("sip:a@h", ruid: "a"), ContactFixture.contact("sip:b@h", ruid: "b")]
        var registration = ContactFixture.registration([ContactFixture.contact("sip:c@h")], cseq: 2)
        registration.keepsOnlyOne = true
        let changes = try apply(registration, to: &list)
        #expect(list.map(\.uri) == ["sip:c@h"])
        #expect(changes.removed.count == 2)
    }

    // MARK: - Matching and order

    @Test func `instance and reg-id find the contact whatever its URI is`() throws {
        var list = [ContactFixture.contact("sip:a@1", ruid: "old", instance: "<urn:uuid:1>", registrationID: 1)]
        let moved = ContactFixture.contact("sip:a@2", instance: "<urn:uuid:1>", registrationID: 1)
        let second = ContactFixture.contact("sip:a@3", instance: "<urn:uuid:1>", registrationID: 2)
        _ = try apply(ContactFixture.registration([moved, second], cseq: 2), to: &list)
        #expect(list.map(\.uri) == ["sip:a@2", "sip:a@3"])
        #expect(list.map(\.ruid) == ["old", "n1"])
    }

    @Test(
        arguments: [
            (.uri, 0), (.uriAndCallID, nil), (.uriAndPath, nil), (.uriOnly, 0),
        ] as [(ContactMatching, Int?)])
    func `the mode decides which contacts are the same`(mode: ContactMatching, expected: Int?) {
        let list = [ContactFixture.contact("sip:a@h", callID: "one", path: "<sip:p1>")]
        let new = ContactFixture.contact("sip:a@h", callID: "two", path: "<sip:p2>")
        #expect(mode.find(new, in: list) == expected)
    }

    @Test func `contacts are ordered by q, those without one last, then by arrival`() throws {
        var list: [Contact] = []
        let contacts = [("sip:1", -1), ("sip:2", 500), ("sip:3", 1000), ("sip:4", 500), ("sip:5", -1)].map {
            ContactFixture.contact(ByteString($0.0), q: Int16($0.1))
        }
        _ = try apply(ContactFixture.registration(contacts), to: &list)
        #expect(list.map(\.uri) == ["sip:3", "sip:2", "sip:4", "sip:1", "sip:5"])
    }

    @Test func `a refresh with another q moves the contact`() throws {
        var list = [ContactFixture.contact("sip:a", q: 900), ContactFixture.contact("sip:b", q: 500)]
        _ = try apply(ContactFixture.registration([ContactFixture.contact("sip:a", q: 100)], cseq: 2), to: &list)
        #expect(list.map(\.uri) == ["sip:b", "sip:a"])
    }
}
