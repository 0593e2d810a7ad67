import SIPMessage

@testable import LocationModule

/// Contacts as tests need them.
enum ContactFixture {
    static func contact(
        _ uri: ByteString, ruid: ByteString = "r", callID: ByteString = "call", cseq: UInt32 = 1,
        expires: UInt32 = 2000, q: Int16 = -1, instance: ByteString = "", registrationID: UInt32 = 0,
        path: ByteString = ""
    ) -> Contact {
        var contact = Contact(
            Contact.Texts(uri: uri, ruid: ruid, callID: callID, path: path, instance: instance))
        contact.cseq = cseq
        contact.expires = expires
        contact.lastModified = 1000
        contact.q = q
        contact.registrationID = registrationID
        return contact
    }

    /// A REGISTER with contacts, or with their removal.
    static func registration(
        _ contacts: [Contact] = [], removing removed: [Contact] = [], callID: ByteString = "call", cseq: UInt32 = 1,
        contactsMax: Int = 0
    ) -> Registration {
        var registration = Registration(callID: callID, cseq: cseq)
        registration.entries =
            contacts.map { entry($0, callID, cseq, false) } + removed.map { entry($0, callID, cseq, true) }
        registration.contactsMax = contactsMax
        return registration
    }

    private static func entry(
        _ contact: Contact, _ callID: ByteString, _ cseq: UInt32, _ isRemoval: Bool
    ) -> Registration.Entry {
        var texts = contact.texts
        texts.callID = callID
        var entry = Registration.Entry(contact: contact.with(texts, state: .new), isRemoval: isRemoval)
        entry.contact.cseq = cseq
        return entry
    }
}

/// Makes names for new bindings, counting up.
final class CountingNames {
    private var count = 0

    func next() -> ByteString {
        count += 1
        return ByteString("n\(count)")
    }
}
