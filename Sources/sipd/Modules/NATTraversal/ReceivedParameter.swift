import SIPMessage
import ScriptEngine
import Transport

/// The place a message came from as parameter of Contact (`add_rcv_param()`).
struct ReceivedParameter {
    private let uri: ByteString
    private let isDatagram: Bool

    init(_ received: ReceivedFrom) {
        isDatagram = received.transport == .udp
        uri =
            ByteString("sip:\(received.source)")
            + (isDatagram ? "" : ";transport=" + ByteString(received.transport.name))
    }

    /// Adds the parameter to each Contact; false when there is no Contact to read, or the URI cannot carry it.
    ///
    /// In a URI it would be taken apart at the semicolon in front of the transport, so that only UDP goes there.
    func add(to context: ScriptContext, inURI: Bool) -> Bool {
        guard isDatagram || !inURI, let contacts = try? context.message.contacts(), !contacts.isEmpty else {
            return false
        }
        for contact in contacts where !contact.isWildcard {
            if inURI {
                context.edits.insert(";received=" + uri, before: contact.uriRange.upperBound)
            } else {
                context.edits.insert(";received=\"" + uri + "\"", before: contact.text.range.upperBound)
            }
        }
        return true
    }
}
