package import SIPMessage

/// When two Record-Route headers are added, for the sockets that a request comes and leaves by (RFC 5658 §6).
package enum Doubling: Int, Sendable {
    /// One header, for the socket that the request came by.
    case never = 0
    /// Two when the sockets differ.
    case whenSocketsDiffer = 1
    /// Always two.
    case always = 2
}

/// What `record_route()` asked for: applied when the request is sent, once the outgoing socket is known.
package struct RecordRoute: Sendable {
    /// Whether the headers are wanted.
    package var isWanted = false
    /// The user part, or nil for none.
    package var user: ByteString?
    /// Addresses to write instead of those of the sockets: one header for each.
    package var presetHosts: [ByteString] = []
    /// The host to write instead of those of the sockets, or nil; two headers name their transports.
    package var advertisedHost: ByteString?
    /// What follows the address: `;lr;ftag=…`.
    package var suffix: ByteString = ""
    /// Parameters of `add_rr_param()`.
    package var parameters: ByteString = ""
    /// When a second header is added.
    package var doubling = Doubling.whenSocketsDiffer

    /// The Path headers of `add_path()`, each put in front of the ones before it.
    package var paths: [PathHeader] = []

    /// None wanted.
    package init() {}
}

/// A Path header to be added when the request is sent, once the outgoing socket is known (RFC 3327 §5.2).
package struct PathHeader: Sendable {
    /// The user part, or nil for none.
    package var user: ByteString?
    /// What follows the address: `;lr;received=…`.
    package var suffix: ByteString
    /// Whether two headers are added: for the socket the request leaves by and the one it came in by.
    package var namesBothSockets: Bool

    /// Makes a header.
    package init(user: ByteString?, suffix: ByteString, namesBothSockets: Bool) {
        self.user = user
        self.suffix = suffix
        self.namesBothSockets = namesBothSockets
    }
}
