import LocationModule
import SIPMessage
import ScriptEngine
import Transport

/// The request that keeps the way to a contact open; sent without a transaction (Kamailio: `build_sipping()`).
struct KeepaliveRequest {
    let settings: KeepaliveSettings
    /// Makes tags that nobody else can make, so that only who got a keepalive can answer it.
    let key: UInt64

    private static let callIDPrefix: ByteString = "nathelper-"

    /// The bytes of a request to a contact.
    func bytes(to contact: RegisteredContact, from socket: ListenSocket, number: UInt64) -> [UInt8] {
        guard let from = settings.from else { return [] }
        let serial = ByteString(String(number, radix: 16))
        let hostPort = ByteString(socket.viaHostPort)
        var text = settings.method.bytes + " " + contact.uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + hostPort
        text += ";branch=z9hG4bKnat" + serial + "\r\nMax-Forwards: 70\r\n"
        if !contact.path.isEmpty { text += "Route: " + contact.path + "\r\n" }
        text += "From: <" + from + ">;tag=" + tag(of: contact.ruid) + "\r\nTo: <" + contact.uri + ">\r\n"
        text += "Call-ID: " + Self.callIDPrefix + serial + "@" + ByteString(socket.hostText) + "\r\n"
        text += "CSeq: 1 " + settings.method.bytes + "\r\nContent-Length: 0\r\n\r\n"
        return text.array
    }

    /// The ruid of the contact that a message answers, or nil when it is no answer to a keepalive.
    func contact(answering message: SIPMessage) -> ByteString? {
        guard !message.isRequest, message.cseq?.method == settings.method,
            message.callID?.hasPrefix(Self.callIDPrefix) == true, message.from?.uri == settings.from,
            let tag = message.from?.tag, let dash = tag.lastIndex(of: UInt8(ascii: "-"))
        else { return nil }
        let ruid = ByteString(tag.bytes[..<dash])
        return self.tag(of: ruid) == tag ? ruid : nil
    }

    private func tag(of ruid: ByteString) -> ByteString {
        var hasher = Hasher()
        hasher.combine(key)
        hasher.combine(ruid)
        return ruid + "-" + ByteString(String(UInt(bitPattern: hasher.finalize()), radix: 16))
    }
}
