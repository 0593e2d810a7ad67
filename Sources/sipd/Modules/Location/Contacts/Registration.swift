import SIPMessage

/// What one REGISTER asks for, with every value read and bounded.
struct Registration: Sendable {
    /// One Contact of the request.
    struct Entry: Sendable {
        /// The new contact, without ruid; `expires` is the absolute end.
        var contact: Contact
        /// Whether the contact is to be removed (`expires=0`).
        var isRemoval: Bool
    }

    /// The contacts in the order in which they are applied.
    var entries: [Entry] = []
    /// `Contact: *` with Expires 0.
    var removesAll = false
    /// The name of the one binding to remove (`unregister()`), or nil.
    var removedRuid: ByteString?
    var callID: ByteString
    var cseq: UInt32
    /// Most contacts an address of record may have; 0 for no limit.
    var contactsMax = 0
    /// Whether a new contact replaces all others (`save` flag 0x04).
    var keepsOnlyOne = false
    var matching = ContactMatching.uri
}

/// When two contacts are the same binding (usrloc `matching_mode`).
enum ContactMatching: Int, Sendable {
    case uri = 0
    case uriAndCallID = 1
    case uriAndPath = 2
    case uriOnly = 3

    /// The contact that a new one refreshes: the one of the same instance and reg-id, else by the mode.
    func find(_ new: Contact, in list: [Contact]) -> Int? {
        if !new.instance.isEmpty, new.registrationID > 0,
            let index = list.firstIndex(where: {
                $0.instance == new.instance && $0.registrationID == new.registrationID
            })
        {
            return index
        }
        switch self {
        case .uri, .uriOnly: return list.firstIndex { $0.uri == new.uri }
        case .uriAndCallID: return list.firstIndex { $0.uri == new.uri && $0.callID == new.callID }
        case .uriAndPath: return list.firstIndex { $0.uri == new.uri && $0.path == new.path }
        }
    }
}

/// Why a REGISTER changes nothing.
enum RegistrationProblem: Error, Sendable, Equatable {
    /// The CSeq is lower than that of the contact with the same Call-ID (RFC 3261 §10.3 step 7).
    case lowerCSeq
    /// More contacts than `max_contacts`.
    case tooManyContacts
}

/// What a REGISTER did.
struct RegistrationChanges: Sendable {
    /// Contacts that were added or refreshed, as they are now.
    var stored: [Contact] = []
    /// Contacts that are gone.
    var removed: [Contact] = []
    /// Kamailio's return code of `save()`: 1 inserted, 2 updated, 3 removed, 4 asked only.
    var code = 4
    /// All contacts before and after.
    var before: [Contact] = []
    var after: [Contact] = []
}

extension Registration {
    /// Applies the request to the contacts of its address of record: all of it or nothing.
    ///
    /// - Parameters:
    ///   - contacts: the contacts, best first; unchanged when it throws.
    ///   - now: seconds since 1970.
    ///   - makeRuid: makes the name of a new binding.
    /// - Returns: what changed, with the return code.
    /// - Throws: why the request is refused.
    func apply(
        to contacts: inout [Contact], at now: UInt32, makeRuid: () -> ByteString
    ) throws(RegistrationProblem) -> RegistrationChanges {
        var changes = RegistrationChanges()
        changes.before = contacts
        var list = contacts.filter { $0.isActive(at: now) }
        changes.removed = contacts.filter { !$0.isActive(at: now) }
        let activeBefore = list.count
        if removesAll {
            changes.removed += list
            changes.code = 3
            list = []
        }
        if let removedRuid, let index = list.firstIndex(where: { $0.ruid == removedRuid }) {
            changes.removed.append(list.remove(at: index))
            changes.code = 3
        }
        for entry in entries { try apply(entry, to: &list, &changes, now, makeRuid) }
        if contactsMax > 0, list.count > contactsMax, list.count > activeBefore { throw .tooManyContacts }
        changes.after = list
        contacts = list
        return changes
    }

    private func apply(
        _ entry: Entry, to list: inout [Contact], _ changes: inout RegistrationChanges, _ now: UInt32,
        _ makeRuid: () -> ByteString
    ) throws(RegistrationProblem) {
        guard let index = matching.find(entry.contact, in: list) else {
            guard !entry.isRemoval else { return changes.code = changes.code == 4 ? 3 : changes.code }
            if keepsOnlyOne { removeAll(&list, &changes) }
            var texts = entry.contact.texts
            texts.ruid = makeRuid()
            let new = entry.contact.with(texts, state: .new)
            list.insertByPreference(new)
            changes.stored.append(new)
            return changes.code = 1
        }
        let old = list[index]
        if old.callID == callID {
            guard cseq >= old.cseq else { throw .lowerCSeq }
            // The same request once more: nothing to do.
            if cseq == old.cseq, !entry.isRemoval { return changes.code = changes.code == 4 ? 2 : changes.code }
        }
        if entry.isRemoval {
            list.remove(at: index)
            changes.removed.append(old)
            changes.code = 3
            return
        }
        var texts = entry.contact.texts
        texts.ruid = old.ruid
        let new = entry.contact.with(texts, state: old.state == .new ? .new : .dirty)
        list.replace(at: index, with: new)
        if keepsOnlyOne {
            changes.removed += list.filter { $0.ruid != new.ruid }
            list.removeAll { $0.ruid != new.ruid }
        }
        changes.stored.append(new)
        changes.code = 2
    }

    private func removeAll(_ list: inout [Contact], _ changes: inout RegistrationChanges) {
        changes.removed += list
        list = []
    }
}

extension Contact {
    /// The same contact with other texts.
    func with(_ texts: Texts, state: State) -> Contact {
        var copy = Contact(texts)
        copy.expires = expires
        copy.lastModified = lastModified
        copy.cseq = cseq
        copy.flags = flags
        copy.branchFlags = branchFlags
        copy.methods = methods
        copy.registrationID = registrationID
        copy.q = q
        copy.state = state
        copy.isMemoryOnly = isMemoryOnly
        copy.connection = connection
        return copy
    }
}
