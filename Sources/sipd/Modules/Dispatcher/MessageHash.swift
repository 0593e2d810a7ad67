import ModuleInterface
import SIPMessage
import ScriptEngine

/// The hashes of a message by which destinations are chosen.
struct MessageHash {
    /// Whether only the user of a URI counts.
    let usesUserOnly: Bool

    /// A hash that is never 0, as in Kamailio.
    static func of(_ texts: [ByteString]) -> UInt32 { max(CoreHash.hash(texts), 1) }

    /// User, host and port of a URI; a port that is the default does not count.
    ///
    /// Nil when there is no such URI.
    func of(uri text: ByteString?) -> UInt32? {
        guard let text, let uri = try? SIPURI.parse(text) else { return nil }
        let user = uri.user ?? ""
        guard !usesUserOnly || user.isEmpty else { return Self.of([user]) }
        var host = uri.host
        if let port = uri.port, port != (uri.scheme == .sips ? 5061 : 5060) { host = host + ":\(port)" }
        return Self.of([user, host])
    }

    /// The user of the credentials; nil when there are none.
    static func ofAuthorization(_ message: SIPMessage) -> UInt32? {
        for name in [HeaderName.proxyAuthorization, .authorization] {
            for field in message.headers(named: name) {
                guard let credentials = try? Credentials.parse(message.text(of: field)),
                    let user = credentials.username, !user.isEmpty
                else { continue }
                // The realm that some clients add does not count.
                return of([user.split(on: UInt8(ascii: "@"))[0]])
            }
        }
        return nil
    }
}

extension ByteString {
    fileprivate static func + (left: ByteString, right: String) -> ByteString { left + ByteString(right) }
}
