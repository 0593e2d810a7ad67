import ModuleInterface
import SIPMessage
import ScriptEngine

/// User and domain of an address, as the tables of aliases and short dial codes are asked for.
struct LookupAddress: Sendable {
    let user: ByteString
    let domain: ByteString

    /// Takes a URI apart; a number of a TEL URI is a user without domain.
    ///
    /// Nil when there is no user.
    init?(_ uri: ByteString, withoutPrefix prefix: ByteString) {
        guard let parsed = try? SIPURI.parse(uri), let user = parsed.user, !user.isEmpty else { return nil }
        self.user = user
        let host = parsed.host
        domain = !prefix.isEmpty && host.hasPrefix(prefix) ? host.dropFirst(prefix.count) : host
    }
}

/// A URI as tables hold it: with its scheme, or without one for SIP.
enum StoredURI {
    /// The URI of a text from a table, or nil when it is none.
    static func parse(_ text: String) -> ByteString? {
        let text = ByteString(text).trimmed()
        let known = ["sip:", "sips:", "tel:"].contains { text.hasPrefixIgnoringCase($0) }
        let uri = known ? text : "sip:" + text
        guard (try? SIPURI.parse(uri)) != nil else { return nil }
        return uri
    }
}

extension ScriptContext {
    /// The Request-URI as the script has left it.
    var currentURI: ByteString { target.uri ?? message.requestURI ?? "" }
}
