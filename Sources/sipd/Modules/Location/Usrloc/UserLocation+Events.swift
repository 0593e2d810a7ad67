import ModuleInterface
import SIPMessage

/// What operators hear of contacts (`events.subscribe`).
extension UserLocation {
    /// Tells what a registration changed.
    func publish(_ changes: RegistrationChanges, _ aor: AddressOfRecord, _ table: ContactTable) {
        for contact in changes.stored {
            let isKnown = changes.before.contains { $0.ruid == contact.ruid }
            publish(isKnown ? "contact.updated" : "contact.added", contact, aor.key, table)
        }
        for contact in changes.removed { publish("contact.removed", contact, aor.key, table) }
    }

    /// Tells what happened to one contact.
    func publish(_ event: String, _ contact: Contact, _ aor: ByteString, _ table: ContactTable) {
        server.events.publish(
            event,
            [
                ("table", ByteString(table.name)), ("aor", aor.compacted()), ("contact", contact.uri.compacted()),
                ("received", contact.received.compacted()), ("user_agent", contact.userAgent.compacted()),
                ("expires", ByteString(integer: Int(contact.expires))), ("ruid", contact.ruid.compacted()),
            ])
    }
}
