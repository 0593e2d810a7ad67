package import SIPMessage

/// What `record_route()` asked for: applied when the request is sent, once the outgoing socket is known.
package struct RecordRoute: Sendable {
    /// Whether the headers are wanted.
    package var isWanted = false
    /// The user part, or nil for none.
    package var user: ByteString?
    /// Hosts to write instead of those of the sockets: one, or two for two headers.
    package var presetHosts: [ByteString] = []
    /// What follows the address: `;lr;ftag=…`.
    package var suffix: ByteString = ""
    /// Parameters of `add_rr_param()`.
    package var parameters: ByteString = ""
    /// Whether a second header is added when request came in by another socket than it leaves by.
    package var namesBothSockets = true

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
