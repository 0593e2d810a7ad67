import SIPMessage

/// Whose state of which event package.
struct PresentityKey: Hashable, Sendable {
    let username: ByteString
    /// Lower case.
    let domain: ByteString
    /// The event package.
    let event: String

    /// Takes user and host of a SIP URI; nil when there is no host.
    init?(uri text: ByteString, event: String) {
        guard let uri = try? SIPURI.parse(text), uri.scheme == .sip || uri.scheme == .sips, !uri.host.isEmpty else {
            return nil
        }
        username = uri.user?.compacted() ?? ""
        domain = uri.host.lowercased()
        self.event = event
    }

    init(username: ByteString, domain: ByteString, event: String) {
        self.username = username
        self.domain = domain
        self.event = event
    }

    /// `sip:user@domain`.
    var uri: ByteString { username.isEmpty ? "sip:" + domain : "sip:" + username + "@" + domain }

    /// The same presentity in another package.
    func with(event: String) -> PresentityKey {
        PresentityKey(username: username, domain: domain, event: event)
    }
}

/// What one source has published (RFC 3903).
struct Publication: Sendable, Equatable {
    /// The entity-tag.
    var etag: ByteString
    var body: ByteString
    /// When it ends, seconds since 1970.
    var expires: Int
    /// When it came.
    var received: Int
    /// Who sent it.
    var sender: ByteString
}

/// A PUBLISH with everything read and bounded.
struct PublishRequest: Sendable {
    var key: PresentityKey
    /// The tag of SIP-If-Match, or nil.
    var matches: ByteString?
    /// Empty to leave the body as it is.
    var body: ByteString
    /// Seconds; 0 removes.
    var expiresSeconds: Int
    var sender: ByteString
}

/// What became of a PUBLISH.
enum PublishOutcome: Sendable {
    /// It holds: the new tag, what was there before, and the body that is gone.
    case stored(Publication, replacing: Publication?)
    /// The publication is gone.
    case removed(Publication)
    /// Nothing has that tag (412).
    case noSuchTag
    /// Neither a tag nor a body (400).
    case empty
    /// There are too many publications (503).
    case full
}
