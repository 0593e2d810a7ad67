import SIPMessage

/// An address of record with its contacts, best first, in one block of memory: a registrar holds millions of these.
///
/// The length of the address of record in 4 bytes, its text, the packed contacts. Two are equal when they have the same
/// address of record, so that a `Set` of them is a dictionary without keys of its own.
struct ContactRecord: Sendable, Hashable {
    private let bytes: [UInt8]

    private static let lengthCount = 4

    /// Packs contacts; without any it serves to look for the address of record.
    init(aor: ByteString, contacts: [Contact] = []) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(contacts.reduce(Self.lengthCount + aor.count) { $0 + $1.packedCount })
        bytes.append(number: UInt32(truncatingIfNeeded: aor.count))
        bytes.append(contentsOf: aor.bytes)
        for contact in contacts { contact.pack(into: &bytes) }
        self.bytes = bytes
    }

    private var aorEnd: Int {
        Self.lengthCount + Int(bytes.number(at: 0, as: UInt32.self))
    }

    /// The address of record.
    var aor: ByteString {
        ByteString(bytes[Self.lengthCount..<aorEnd])
    }

    /// The contacts.
    var contacts: [Contact] {
        var contacts: [Contact] = []
        var offset = aorEnd
        while offset < bytes.count {
            contacts.append(Contact(packed: bytes, at: offset))
            offset = Contact.end(of: bytes, at: offset)
        }
        return contacts
    }

    /// Whether any contact has ended at a time.
    func hasEnded(at now: UInt32) -> Bool {
        var offset = aorEnd
        while offset < bytes.count {
            let expires = Contact.expires(of: bytes, at: offset)
            if expires != 0, expires <= now { return true }
            offset = Contact.end(of: bytes, at: offset)
        }
        return false
    }

    static func == (left: ContactRecord, right: ContactRecord) -> Bool {
        left.aor == right.aor
    }

    func hash(into hasher: inout Hasher) {
        aor.hash(into: &hasher)
    }
}
